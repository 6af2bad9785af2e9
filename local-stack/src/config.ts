import { homedir, tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import {
  type Environment,
  optional,
  type Reader,
  readSettings,
  secret,
  withDefault,
} from '@core-exit/process/configuration';
import { BadInput } from '@core-exit/process/faults';
import { httpUrl, list, postgresUrl, redisUrl, text, wholeNumber } from '@core-exit/process/setting-readers';

/** How long a part or a service may take to become ready. A loaded machine with two processors needs one minute. */
export const DEFAULT_WAIT_SECONDS = 180;
const MAX_WAIT_SECONDS = 3_600;

export const waitSeconds: Reader<number> = wholeNumber(1, MAX_WAIT_SECONDS);

const brokers: Reader<string[]> = (value) => {
  const addresses = list(value);
  if (addresses.some((address) => !/^[^:/]+:\d+$/.test(address))) {
    throw new Error('must be host:port, with commas between several');
  }
  return addresses;
};

const SCHEMA = {
  databaseUrl: optional('DATABASE_URL', postgresUrl),
  redisUrl: optional('REDIS_URL', redisUrl),
  kafkaBrokers: optional('KAFKA_BROKERS', brokers),
  unleashUrl: optional('UNLEASH_URL', httpUrl),
  unleashAdminToken: secret(optional('UNLEASH_ADMIN_TOKEN', text)),
  unleashToken: secret(optional('UNLEASH_TOKEN', text)),
  slackWebhookUrl: optional('SLACK_WEBHOOK_URL', httpUrl),
  waitSeconds: withDefault('STACK_WAIT_SECONDS', waitSeconds, DEFAULT_WAIT_SECONDS),
  ci: withDefault('CI', text, ''),
  cacheHome: withDefault('XDG_CACHE_HOME', text, join(homedir(), '.cache')),
  javaHome: optional('JAVA_HOME', text),
  npmEvent: optional('npm_lifecycle_event', text),
};

/** Addresses of parts that already run; each address replaces the part of its kind. Null: the stack starts the part. */
type ExternalParts = {
  databaseUrl: string | null;
  redisUrl: string | null;
  kafkaBrokers: string[] | null;
  unleash: { url: string; adminToken: string; clientToken: string } | null;
  slackWebhookUrl: string | null;
};

export type Config = {
  external: ExternalParts;
  /** Whether `npm run` or `npm start` started this process. */
  byNpm: boolean;
  /** Under CI a missing Java is a failure; elsewhere the tests that need Kafka are skipped. */
  ci: boolean;
  /** How long a part or a service may take to become ready. */
  waitSeconds: number;
  /** Where fetched programs are kept between runs. */
  cacheDirectory: string;
  javaHome: string | null;
};

/** Reads the environment. Throws one {@link BadInput} that lists every fault. */
export function readConfig(environment: Environment = process.env): Config {
  const read = readSettings(SCHEMA, environment);
  const { databaseUrl, slackWebhookUrl, unleashUrl: url, unleashAdminToken, unleashToken } = read;
  if (url !== null && (unleashAdminToken === null || unleashToken === null)) {
    throw new BadInput('the environment', ['UNLEASH_URL needs UNLEASH_ADMIN_TOKEN and UNLEASH_TOKEN']);
  }
  const unleash =
    url === null ? null : { url, adminToken: unleashAdminToken ?? '', clientToken: unleashToken ?? '' };
  return {
    external: {
      databaseUrl,
      redisUrl: read.redisUrl,
      kafkaBrokers: read.kafkaBrokers,
      unleash,
      slackWebhookUrl,
    },
    byNpm: read.npmEvent !== null,
    ci: read.ci === 'true',
    waitSeconds: read.waitSeconds,
    cacheDirectory: join(read.cacheHome, 'core-exit'),
    javaHome: read.javaHome,
  };
}

/** What a started process inherits of this process's environment. */
const INHERITED = ['PATH', 'HOME', 'TMPDIR', 'LANG', 'JAVA_HOME', 'MAVEN_OPTS'];

/**
 * The environment of a started process. The stack passes every other variable explicitly, so that a variable in the
 * developer's shell never changes what a service does.
 */
export function minimalEnvironment(environment: Environment = process.env): Record<string, string> {
  const inherited: Record<string, string> = {};
  for (const name of INHERITED) {
    const value = environment[name];
    if (value !== undefined) inherited[name] = value;
  }
  // A process reuses the TypeScript that an earlier process compiled, which halves the time of its start.
  const cacheHome = environment['XDG_CACHE_HOME'] || join(homedir(), '.cache');
  return { ...inherited, NODE_COMPILE_CACHE: join(cacheHome, 'core-exit', 'compiled') };
}

/** A directory of this user below the system's temporary directory, which another user of the system can enter. */
export function temporaryRoot(): string {
  return join(tmpdir(), `core-exit-${userInfo().username}`);
}
