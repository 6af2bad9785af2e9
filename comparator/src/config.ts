import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Environment,
  optional,
  printableSettings,
  readSettings,
  required,
  type Setting,
  type Settings,
  secret,
  withDefault,
} from '@core-exit/process/configuration';
import { BadInput } from '@core-exit/process/faults';
import {
  base64Bytes,
  httpUrl,
  jsonWebKeySet,
  list,
  logLevel,
  portNumber,
  postgresUrl,
  readableFile,
  text,
  wholeNumber,
} from '@core-exit/process/setting-readers';
import type { JSONWebKeySet } from 'jose';

/** Length of an AES-256 key. */
const REPLAY_KEY_BYTES = 32;
const MAX_KEPT_DAYS = 3_650;
/** A quarter of a year, so that the cases behind a gate's evidence can be read after the step. */
const DEFAULT_KEPT_DAYS = 92;
const DEFAULT_ADMIN_URL = 'http://localhost:8081';

const DATABASE = { databaseUrl: required('DATABASE_URL', postgresUrl) };
const CORES = { legacyUrl: required('LEGACY_URL', httpUrl), newUrl: required('NEW_URL', httpUrl) };
const OPERATIONS = { operationsFile: required('OPERATIONS_FILE', readableFile) };
const KAFKA = {
  kafkaBrokers: optional('KAFKA_BROKERS', list),
  /** Goes before the names of topic and consumer group, so that several installations can share one broker. */
  kafkaPrefix: withDefault('KAFKA_PREFIX', text, ''),
};
const COMMON = {
  /** The admin side has no users of its own, so both ports must not be reachable from outside. */
  host: withDefault('HOST', text, '127.0.0.1'),
  logLevel: withDefault('LOG_LEVEL', logLevel, 'info'),
};
const replayKey = base64Bytes(REPLAY_KEY_BYTES);

const SERVE = {
  ...COMMON,
  ...DATABASE,
  ...CORES,
  ...OPERATIONS,
  ...KAFKA,
  port: required('PORT', portNumber),
  adminPort: required('ADMIN_PORT', portNumber),
  unleashUrl: required('UNLEASH_URL', httpUrl),
  unleashToken: secret(required('UNLEASH_TOKEN', text)),
  /** Directory of the flag's backup, so that a restart without Unleash knows the last stage. */
  unleashBackupDir: withDefault('UNLEASH_BACKUP_DIR', text, join(tmpdir(), `comparator-${process.pid}`)),
  slackWebhookUrl: secret(required('SLACK_WEBHOOK_URL', httpUrl)),
  adminUrl: optional('ADMIN_URL', httpUrl),
  /** The page that says what to do about a mismatch; `/runbook` of the admin side leads there. */
  runbookUrl: optional('RUNBOOK_URL', httpUrl),
  /** Cases older than this are deleted; counts stay. */
  keptDays: withDefault('KEPT_DAYS', wholeNumber(0, MAX_KEPT_DAYS), DEFAULT_KEPT_DAYS),
  authJwks: required('AUTH_JWKS', jsonWebKeySet) as Setting<JSONWebKeySet>,
  serviceToken: secret(required('SERVICE_TOKEN', text)),
  /** Encrypts the shadow's request of each case for `replay`; null: cases are stored without their requests. */
  replayKey: secret(optional('REPLAY_KEY', replayKey)),
};

/** Where verdicts go first. */
export type KafkaSettings = { brokers: string[]; prefix: string };

type ServeSettings = Settings<typeof SERVE>;
export type Config = Omit<ServeSettings, 'adminUrl' | 'kafkaBrokers' | 'kafkaPrefix'> & {
  /** How an operator reaches ADMIN_PORT; the links of alerts begin with it. */
  adminUrl: string;
  /** Null: the gateway writes verdicts to the database itself. */
  kafka: KafkaSettings | null;
};

/** Settings of `serve`. Every reader of settings here throws {@link BadInput} with all faults at once. */
export function readConfig(env: Environment = process.env): Config {
  const { kafkaBrokers, kafkaPrefix, adminUrl, ...settings } = readSettings(SERVE, env);
  return {
    ...settings,
    adminUrl: withoutSlash(adminUrl ?? `http://localhost:${settings.adminPort}`),
    kafka: kafkaOf(kafkaBrokers, kafkaPrefix),
  };
}

/** The settings of `serve` as they may be logged. */
export function printable({ adminUrl, kafka, ...settings }: Config): object {
  const all = {
    ...settings,
    adminUrl,
    kafkaBrokers: kafka?.brokers ?? null,
    kafkaPrefix: kafka?.prefix ?? '',
  };
  return { ...printableSettings(SERVE, all), authJwks: `${settings.authJwks.keys.length} keys` };
}

/** Settings of `migrate`, which needs the address of the schema's owner. */
export function readMigrationConfig(env: Environment = process.env): { databaseUrl: string } {
  return readSettings(DATABASE, env);
}

const STORE = {
  ...COMMON,
  ...DATABASE,
  ...KAFKA,
  kafkaBrokers: required('KAFKA_BROKERS', list),
  /** Health and metrics; null: no server. */
  adminPort: optional('ADMIN_PORT', portNumber),
  adminUrl: withDefault('ADMIN_URL', httpUrl, DEFAULT_ADMIN_URL),
};

/** Settings of `store`. */
export function readStoreConfig(env: Environment = process.env) {
  const { kafkaBrokers, kafkaPrefix, adminUrl, ...settings } = readSettings(STORE, env);
  const kafka = kafkaOf(kafkaBrokers, kafkaPrefix);
  if (kafka === null) throw new BadInput('the environment', ['KAFKA_BROKERS names no broker']);
  return { ...settings, adminUrl: withoutSlash(adminUrl), kafka };
}

const TRIAGE = { ...DATABASE, adminUrl: withDefault('ADMIN_URL', httpUrl, DEFAULT_ADMIN_URL) };

/** Settings of `triage`, which changes a state in the database and links its message to the gateway. */
export function readTriageConfig(env: Environment = process.env): { databaseUrl: string; adminUrl: string } {
  const { databaseUrl, adminUrl } = readSettings(TRIAGE, env);
  return { databaseUrl, adminUrl: withoutSlash(adminUrl) };
}

const REPLAY = {
  ...DATABASE,
  ...CORES,
  ...OPERATIONS,
  serviceToken: secret(withDefault('SERVICE_TOKEN', text, '')),
  replayKey: secret(required('REPLAY_KEY', replayKey)),
};

/** Settings of `replay` and `promote`. */
export function readReplayConfig(env: Environment = process.env): Settings<typeof REPLAY> {
  return readSettings(REPLAY, env);
}

const SERVICE_TOKEN = { serviceToken: secret(withDefault('SERVICE_TOKEN', text, '')) };

/** The token that `sweep` sends to both cores; empty where the cores need none. */
export function readServiceToken(env: Environment = process.env): string {
  return readSettings(SERVICE_TOKEN, env).serviceToken;
}

const ADMIN = { adminUrl: withDefault('ADMIN_URL', httpUrl, DEFAULT_ADMIN_URL) };

/** The address of a gateway's admin side. */
export function readAdminUrl(env: Environment = process.env): string {
  return withoutSlash(readSettings(ADMIN, env).adminUrl);
}

function kafkaOf(brokers: string[] | null, prefix: string): KafkaSettings | null {
  return brokers === null || brokers.length === 0 ? null : { brokers, prefix };
}

const withoutSlash = (url: string): string => url.replace(/\/$/, '');
