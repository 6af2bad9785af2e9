import { homedir, tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';

/** Addresses of parts that already run; each one given replaces the part of its kind. */
type ExternalParts = {
  databaseUrl?: string;
  redisUrl?: string;
  kafkaBrokers?: string[];
  unleash?: { url: string; adminToken: string; clientToken: string };
  slackWebhookUrl?: string;
};

export type Config = {
  external: ExternalParts;
  /** Started by `npm run` or `npm start`. */
  byNpm: boolean;
  /** Under CI a missing Java is a failure, not a reason to skip. */
  ci: boolean;
  /** Where downloaded jars are kept between runs. */
  cacheDirectory: string;
  javaHome: string | undefined;
};

type Environment = Record<string, string | undefined>;

/** Reads the environment once; throws one error that names every fault in it. */
export function readConfig(environment: Environment = process.env): Config {
  const faults: string[] = [];
  const config = {
    external: readExternalParts(environment, faults),
    byNpm: environment['npm_lifecycle_event'] !== undefined,
    ci: environment['CI'] === 'true',
    cacheDirectory: cacheDirectory(environment),
    javaHome: environment['JAVA_HOME'] || undefined,
  };
  if (faults.length > 0)
    throw new Error(`The environment of the local stack is wrong:\n- ${faults.join('\n- ')}`);
  return config;
}

function readExternalParts(environment: Environment, faults: string[]): ExternalParts {
  const external: ExternalParts = {};
  const url = (name: string, protocols: string[]): string | undefined => {
    const value = environment[name];
    if (!value) return undefined;
    if (!URL.canParse(value) || !protocols.includes(new URL(value).protocol)) {
      faults.push(`${name} must be a URL that starts with ${protocols.join(' or ')}`);
    }
    return value;
  };
  const databaseUrl = url('DATABASE_URL', ['postgres:', 'postgresql:']);
  const redisUrl = url('REDIS_URL', ['redis:', 'rediss:']);
  const slackWebhookUrl = url('SLACK_WEBHOOK_URL', ['http:', 'https:']);
  const unleashUrl = url('UNLEASH_URL', ['http:', 'https:']);
  const kafkaBrokers = environment['KAFKA_BROKERS']?.split(',').filter(Boolean);
  for (const broker of kafkaBrokers ?? []) {
    if (!/^[^:/]+:\d+$/.test(broker)) faults.push('KAFKA_BROKERS must be host:port,host:port');
  }
  const adminToken = environment['UNLEASH_ADMIN_TOKEN'];
  const clientToken = environment['UNLEASH_TOKEN'];
  if (unleashUrl !== undefined) {
    if (adminToken && clientToken) external.unleash = { url: unleashUrl, adminToken, clientToken };
    else faults.push('UNLEASH_URL needs UNLEASH_ADMIN_TOKEN and UNLEASH_TOKEN beside it');
  }
  if (databaseUrl !== undefined) external.databaseUrl = databaseUrl;
  if (redisUrl !== undefined) external.redisUrl = redisUrl;
  if (slackWebhookUrl !== undefined) external.slackWebhookUrl = slackWebhookUrl;
  if (kafkaBrokers !== undefined && kafkaBrokers.length > 0) external.kafkaBrokers = kafkaBrokers;
  return external;
}

/** What a started process inherits of our own environment; all else it is told explicitly, so that a variable
 * of the developer's shell never changes what a service does. */
export function minimalEnvironment(environment: Environment = process.env): Record<string, string> {
  const inherited: Record<string, string> = {};
  for (const name of ['PATH', 'HOME', 'TMPDIR', 'LANG', 'JAVA_HOME', 'MAVEN_OPTS']) {
    const value = environment[name];
    if (value !== undefined) inherited[name] = value;
  }
  // A process reads what an earlier one compiled of the same TypeScript: half of the time and work of its start.
  return { ...inherited, NODE_COMPILE_CACHE: join(cacheDirectory(environment), 'compiled') };
}

function cacheDirectory(environment: Environment): string {
  return join(environment['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'core-exit');
}

/** A directory of ours below the system's temporary one, for what another user of the system must be able to enter. */
export function temporaryRoot(): string {
  return join(tmpdir(), `core-exit-${userInfo().username}`);
}
