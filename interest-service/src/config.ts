import { readFileSync } from 'node:fs';
import type { JSONWebKeySet } from 'jose';

/** Everything the processes of this service read from their environment; docs/configuration.md has the same table. */
export type Config = {
  /** Address to listen on; the default reaches this machine only, a container sets 0.0.0.0. */
  host: string;
  port: number;
  /** A second address for health only, so that a new version behind the same port can be asked by itself. */
  healthPort: number | null;
  databaseUrl: string;
  redisUrl: string;
  /** Empty: no Kafka; the tax worker reads the outbox itself. */
  kafkaBrokers: string[];
  /** Put before the names of topics and groups: several banks on one broker. */
  kafkaPrefix: string;
  authJwks: JSONWebKeySet;
  taxRulesFile: string | URL;
  /** Replication slot of the ledger stream: whoever has it is the active one of several. */
  ledgerStreamSlot: string;
  /** Where impossible data is told; null: in the log and the metrics only. */
  slackWebhookUrl: string | null;
  version: string;
  logLevel: string;
};

export type Role = 'watch' | 'serve' | 'ledger-stream' | 'relay' | 'tax-worker' | 'batch' | 'migrate';

const NEEDED: Record<Role, readonly string[]> = {
  serve: ['PORT', 'DATABASE_URL', 'REDIS_URL', 'AUTH_JWKS'],
  'ledger-stream': ['PORT', 'DATABASE_URL', 'REDIS_URL'],
  relay: ['PORT', 'DATABASE_URL', 'KAFKA_BROKERS'],
  'tax-worker': ['PORT', 'DATABASE_URL'],
  watch: ['PORT', 'DATABASE_URL'],
  batch: ['DATABASE_URL'],
  migrate: ['DATABASE_URL'],
};

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'];

/** Reads and checks the whole environment for a role; throws one error that names every fault. */
export function readConfig(role: Role, env: NodeJS.ProcessEnv = process.env): Config {
  const faults: string[] = NEEDED[role].filter((name) => !env[name]).map((name) => `${name} is missing`);
  const check = <T>(name: string, fallback: T, read: (text: string) => T): T => {
    const text = env[name];
    if (text === undefined || text === '') return fallback;
    try {
      return read(text);
    } catch (fault) {
      faults.push(`${name}: ${(fault as Error).message}`);
      return fallback;
    }
  };
  const config: Config = {
    host: env['HOST'] || '127.0.0.1',
    port: check('PORT', 0, portNumber),
    healthPort: check<number | null>('HEALTH_PORT', null, portNumber),
    databaseUrl: check('DATABASE_URL', '', urlOf('postgres:', 'postgresql:')),
    redisUrl: check('REDIS_URL', '', urlOf('redis:', 'rediss:')),
    kafkaBrokers: check('KAFKA_BROKERS', [], (text) => text.split(',').map((broker) => broker.trim())),
    kafkaPrefix: check('KAFKA_PREFIX', '', topicPrefix),
    authJwks: check('AUTH_JWKS', { keys: [] }, keySet),
    taxRulesFile: check<string | URL>(
      'TAX_RULES_FILE',
      new URL('../rules/tax.json', import.meta.url),
      readable,
    ),
    ledgerStreamSlot: check('LEDGER_STREAM_SLOT', 'interest_quotes', slotName),
    slackWebhookUrl: check<string | null>('SLACK_WEBHOOK_URL', null, urlOf('https:', 'http:')),
    version: env['SERVICE_VERSION'] || '0.1.0',
    logLevel: check('LOG_LEVEL', 'info', oneOf(LOG_LEVELS)),
  };
  if (faults.length > 0) {
    throw new Error(`the environment is not right (docs/configuration.md):\n  ${faults.join('\n  ')}`);
  }
  return config;
}

function portNumber(text: string): number {
  if (!/^[0-9]{1,5}$/.test(text) || Number(text) > 65_535) throw new Error('a port number is due');
  return Number(text);
}

function urlOf(...protocols: string[]): (text: string) => string {
  return (text) => {
    if (!URL.canParse(text) || !protocols.includes(new URL(text).protocol)) {
      throw new Error(`an address like ${protocols[0]}//host is due`);
    }
    return text;
  };
}

function slotName(text: string): string {
  if (!/^[a-z0-9_]{1,63}$/.test(text)) throw new Error('a-z, 0-9 and _ are due, at most 63');
  return text;
}

function topicPrefix(text: string): string {
  if (!/^[A-Za-z0-9._-]{1,100}$/.test(text))
    throw new Error('letters, digits, dot, dash, underscore are due');
  return text;
}

function keySet(text: string): JSONWebKeySet {
  const parsed = JSON.parse(text) as JSONWebKeySet;
  if (!Array.isArray(parsed.keys) || parsed.keys.length === 0)
    throw new Error('a JWKS with at least one key is due');
  return parsed;
}

function readable(text: string): string {
  readFileSync(text);
  return text;
}

function oneOf(values: string[]): (text: string) => string {
  return (text) => {
    if (!values.includes(text)) throw new Error(`one of ${values.join(' ')} is due`);
    return text;
  };
}
