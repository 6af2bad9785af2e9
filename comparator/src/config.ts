import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { JSONWebKeySet } from 'jose';
import { BadInput } from './faults.ts';

export type Config = {
  /** Both ports listen here; the admin side has no users of its own, so it must not be reachable from outside. */
  host: string;
  port: number;
  adminPort: number;
  operationsFile: string;
  legacyUrl: string;
  newUrl: string;
  databaseUrl: string;
  unleashUrl: string;
  unleashToken: string;
  /** Directory of the flag's backup, so that a restart without Unleash knows the last stage. */
  unleashBackupDir: string;
  slackWebhookUrl: string;
  /** How an operator reaches ADMIN_PORT; the links of alerts begin with it. */
  adminUrl: string;
  /** Repeats of a mismatch are told at most this often. */
  digestSeconds: number;
  /** Comparisons older than so many days are given up; counts stay. */
  keptDays: number;
  authJwks: JSONWebKeySet;
  serviceToken: string;
  /** Seals the question of each case, so that `replay` can ask it again; null: cases are stored without. */
  replayKey: Buffer | null;
  /** Where verdicts go first; null: straight to the database. */
  kafka: KafkaPlace | null;
  logLevel: string;
};

/** `prefix` goes before the names of topic and consumer group: several banks on one broker. */
export type KafkaPlace = { brokers: string[]; prefix: string };

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'];
/** Of AES-256. */
const REPLAY_KEY_BYTES = 32;
const DEFAULT_DIGEST_SECONDS = 60;
/** A quarter, so that a gate's evidence can be looked into after its step. */
const DEFAULT_KEPT_DAYS = 92;

/** Reads the environment of `serve`. Throws {@link BadInput} with all faults at once. */
export function readConfig(env: NodeJS.ProcessEnv = process.env): Config {
  const found: string[] = [];
  const text = (name: string, otherwise?: string): string => {
    const value = env[name] || otherwise;
    if (value === undefined) found.push(`${name} is missing`);
    return value ?? '';
  };
  const url = (name: string, protocols: string, otherwise?: string): string => {
    const value = text(name, otherwise);
    if (value !== '' && !protocols.split(' ').includes(URL.parse(value)?.protocol ?? '')) {
      found.push(`${name} is not an address (${protocols})`);
    }
    return value;
  };
  const whole = (name: string, max: number, otherwise?: string): number => {
    const value = text(name, otherwise);
    if (value !== '' && !(/^\d+$/.test(value) && Number(value) <= max)) {
      found.push(`${name} is not a number from 0 to ${max}`);
    }
    return Number(value);
  };
  const adminPort = whole('ADMIN_PORT', 65_535);
  const config: Config = {
    host: text('HOST', '127.0.0.1'),
    port: whole('PORT', 65_535),
    adminPort,
    operationsFile: resolve(text('OPERATIONS_FILE')),
    legacyUrl: url('LEGACY_URL', 'http: https:'),
    newUrl: url('NEW_URL', 'http: https:'),
    databaseUrl: url('DATABASE_URL', 'postgres: postgresql:'),
    unleashUrl: url('UNLEASH_URL', 'http: https:'),
    unleashToken: text('UNLEASH_TOKEN'),
    unleashBackupDir: text('UNLEASH_BACKUP_DIR', join(tmpdir(), `comparator-${process.pid}`)),
    slackWebhookUrl: url('SLACK_WEBHOOK_URL', 'http: https:'),
    adminUrl: url('ADMIN_URL', 'http: https:', `http://localhost:${adminPort}`).replace(/\/$/, ''),
    digestSeconds: whole('ALERT_DIGEST_SECONDS', 86_400, String(DEFAULT_DIGEST_SECONDS)),
    keptDays: whole('KEPT_DAYS', 3_650, String(DEFAULT_KEPT_DAYS)),
    authJwks: keySet(text('AUTH_JWKS'), found),
    serviceToken: text('SERVICE_TOKEN'),
    replayKey: env['REPLAY_KEY'] ? replayKey(env['REPLAY_KEY'], found) : null,
    kafka: kafkaPlace(env),
    logLevel: text('LOG_LEVEL', 'info'),
  };
  if (!LOG_LEVELS.includes(config.logLevel)) found.push(`LOG_LEVEL must be one of ${LOG_LEVELS.join(', ')}`);
  if (found.length > 0) throw new BadInput('the environment', found);
  return config;
}

/** `migrate` needs the owner's address and nothing else. */
export function readMigrationConfig(env: NodeJS.ProcessEnv = process.env): { databaseUrl: string } {
  const databaseUrl = env['DATABASE_URL'];
  if (!databaseUrl) throw new BadInput('the environment', ['DATABASE_URL is missing']);
  return { databaseUrl };
}

/** What `store` needs. Throws {@link BadInput} with all faults at once. */
export function readStoreConfig(env: NodeJS.ProcessEnv = process.env) {
  const kafka = kafkaPlace(env);
  const found = [
    ...(env['DATABASE_URL'] ? [] : ['DATABASE_URL is missing']),
    ...(kafka === null
      ? ['KAFKA_BROKERS is missing: without Kafka `serve` writes to the database itself']
      : []),
  ];
  const logLevel = env['LOG_LEVEL'] || 'info';
  if (!LOG_LEVELS.includes(logLevel)) found.push(`LOG_LEVEL must be one of ${LOG_LEVELS.join(', ')}`);
  const port = env['ADMIN_PORT'] || null;
  if (port !== null && !(/^\d+$/.test(port) && Number(port) <= 65_535))
    found.push('ADMIN_PORT is not a number from 0 to 65535');
  if (kafka === null || found.length > 0) throw new BadInput('the environment', found);
  return {
    host: env['HOST'] || '127.0.0.1',
    /** Health and metrics; null: nobody asks. */
    adminPort: port === null ? null : Number(port),
    databaseUrl: env['DATABASE_URL'] ?? '',
    adminUrl: readAdminUrl(env),
    kafka,
    logLevel,
  };
}

function kafkaPlace(env: NodeJS.ProcessEnv): KafkaPlace | null {
  const brokers = (env['KAFKA_BROKERS'] ?? '').split(',').filter((broker) => broker !== '');
  return brokers.length === 0 ? null : { brokers, prefix: env['KAFKA_PREFIX'] ?? '' };
}

/** `triage` changes a state in the database, and links its message to the gateway. */
export function readTriageConfig(env: NodeJS.ProcessEnv = process.env): {
  databaseUrl: string;
  adminUrl: string;
} {
  return { ...readMigrationConfig(env), adminUrl: readAdminUrl(env) };
}

/** What `replay` needs. Throws {@link BadInput} with all faults at once. */
export function readReplayConfig(env: NodeJS.ProcessEnv = process.env) {
  const found: string[] = [];
  const text = (name: string): string => {
    if (!env[name]) found.push(`${name} is missing`);
    return env[name] ?? '';
  };
  const config = {
    databaseUrl: text('DATABASE_URL'),
    operationsFile: resolve(text('OPERATIONS_FILE')),
    legacyUrl: text('LEGACY_URL'),
    newUrl: text('NEW_URL'),
    serviceToken: env['SERVICE_TOKEN'] ?? '',
    replayKey: replayKey(text('REPLAY_KEY'), found),
  };
  if (found.length > 0) throw new BadInput('the environment', found);
  return config;
}

function replayKey(text: string, found: string[]): Buffer {
  const key = Buffer.from(text, 'base64');
  if (text !== '' && key.length !== REPLAY_KEY_BYTES) {
    found.push(
      `REPLAY_KEY is not ${REPLAY_KEY_BYTES} bytes in base64 (openssl rand -base64 ${REPLAY_KEY_BYTES})`,
    );
  }
  return key;
}

/** With which `sweep` asks both cores; empty where they want none. */
export function readServiceToken(env: NodeJS.ProcessEnv = process.env): string {
  return env['SERVICE_TOKEN'] ?? '';
}

/** Where the admin side of a gateway answers. */
export function readAdminUrl(env: NodeJS.ProcessEnv = process.env): string {
  const url = env['ADMIN_URL'] || 'http://localhost:8081';
  if (URL.parse(url) === null) throw new BadInput('the environment', ['ADMIN_URL is not an address']);
  return url.replace(/\/$/, '');
}

/** The configuration as it may be logged. */
export function printable(config: Config): object {
  const databaseUrl = new URL(config.databaseUrl);
  if (databaseUrl.password !== '') databaseUrl.password = 'redacted';
  const hidden = '[redacted]';
  const secrets = { unleashToken: hidden, slackWebhookUrl: hidden, serviceToken: hidden, replayKey: hidden };
  return {
    ...config,
    ...secrets,
    databaseUrl: databaseUrl.href,
    authJwks: `${config.authJwks.keys.length} keys`,
  };
}

function keySet(text: string, found: string[]): JSONWebKeySet {
  if (text === '') return { keys: [] };
  try {
    const parsed = JSON.parse(text) as { keys?: unknown };
    if (Array.isArray(parsed.keys) && parsed.keys.length > 0) return parsed as JSONWebKeySet;
    found.push('AUTH_JWKS has no keys');
  } catch {
    found.push('AUTH_JWKS is not JSON');
  }
  return { keys: [] };
}
