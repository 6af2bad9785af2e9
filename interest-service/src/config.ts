import { fileURLToPath } from 'node:url';
import {
  type Environment,
  optional,
  readSettings,
  required,
  type Settings,
  secret,
  withDefault,
} from '@core-exit/process/configuration';
import {
  httpUrl,
  jsonWebKeySet,
  list,
  logLevel,
  matching,
  portNumber,
  postgresUrl,
  readableFile,
  redisUrl,
  text,
} from '@core-exit/process/setting-readers';

// Everything that the processes of this service read from their environment; docs/configuration.md has the same table.

const DATABASE = { databaseUrl: required('DATABASE_URL', postgresUrl) };

/** A process that stays up: it listens, and it logs. */
const LONG_RUNNING = {
  ...DATABASE,
  /** The default reaches this machine only; a container sets 0.0.0.0. */
  host: withDefault('HOST', text, '127.0.0.1'),
  port: required('PORT', portNumber),
  version: withDefault('SERVICE_VERSION', text, '0.1.0'),
  logLevel: withDefault('LOG_LEVEL', logLevel, 'info'),
};

const REDIS = { redisUrl: required('REDIS_URL', redisUrl) };

const TAX_RULES = {
  taxRulesFile: withDefault(
    'TAX_RULES_FILE',
    readableFile,
    fileURLToPath(new URL('../rules/tax.json', import.meta.url)),
  ),
};

const KAFKA = {
  /** Empty: no Kafka. The tax worker reads the outbox itself. */
  kafkaBrokers: withDefault('KAFKA_BROKERS', list, []),
  /** Put before the names of topics and groups, so that several banks can share one broker. */
  kafkaPrefix: withDefault(
    'KAFKA_PREFIX',
    matching(/^[A-Za-z0-9._-]{1,100}$/, 'letters, digits, dots, dashes and underscores, at most 100'),
    '',
  ),
};

/** The settings of each role. */
const ROLES = {
  serve: {
    ...LONG_RUNNING,
    ...REDIS,
    ...TAX_RULES,
    /** A second address for health only, so that one instance behind a shared port can be checked by itself. */
    healthPort: optional('HEALTH_PORT', portNumber),
    authJwks: required('AUTH_JWKS', jsonWebKeySet),
  },
  'ledger-stream': {
    ...LONG_RUNNING,
    ...REDIS,
    /** Replication slot of the ledger stream. Of several processes, the one that has the slot is active. */
    ledgerStreamSlot: withDefault(
      'LEDGER_STREAM_SLOT',
      matching(/^[a-z0-9_]{1,63}$/, 'a-z, 0-9 and _, at most 63'),
      'interest_quotes',
    ),
  },
  relay: { ...LONG_RUNNING, ...KAFKA, kafkaBrokers: required('KAFKA_BROKERS', list) },
  'tax-worker': { ...LONG_RUNNING, ...KAFKA },
  watch: {
    ...LONG_RUNNING,
    ...TAX_RULES,
    /** Receives alerts about impossible data. Without it, only the log and the metrics have them. */
    slackWebhookUrl: secret(optional('SLACK_WEBHOOK_URL', httpUrl)),
  },
  batch: { ...DATABASE, ...TAX_RULES, ...KAFKA, logLevel: LONG_RUNNING.logLevel },
  migrate: DATABASE,
};

export type Role = keyof typeof ROLES;
export type SettingsOf<R extends Role> = Settings<(typeof ROLES)[R]>;

/** Reads and checks the settings of a role. Throws one {@link BadInput} that lists every fault. */
export function readConfig<R extends Role>(role: R, env: Environment = process.env): SettingsOf<R> {
  return readSettings(ROLES[role], env);
}
