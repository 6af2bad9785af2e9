import { expect, test } from 'vitest';
import { printable, readConfig, readMigrationConfig, readReplayConfig, readStoreConfig } from './config.ts';

const GOOD = {
  PORT: '8080',
  ADMIN_PORT: '8081',
  OPERATIONS_FILE: import.meta.filename,
  LEGACY_URL: 'http://legacy:1',
  NEW_URL: 'http://new:2',
  DATABASE_URL: 'postgres://comparator:hidden@db/things',
  UNLEASH_URL: 'http://unleash:3',
  UNLEASH_TOKEN: 'hidden-token',
  SLACK_WEBHOOK_URL: 'http://slack/services/hidden',
  AUTH_JWKS: '{"keys":[{"kty":"OKP"}]}',
  SERVICE_TOKEN: 'hidden-service',
};

test('reads the environment, with defaults for what is left out', () => {
  expect(readConfig(GOOD)).toMatchObject({
    port: 8080,
    operationsFile: import.meta.filename,
    adminUrl: 'http://localhost:8081',
    runbookUrl: null,
    replayKey: null,
    logLevel: 'info',
  });
});

test('reports every fault at once', () => {
  const bad = {
    PORT: '-1',
    ADMIN_PORT: 'x',
    LEGACY_URL: 'legacy',
    DATABASE_URL: 'mysql://x',
    AUTH_JWKS: '{',
    REPLAY_KEY: 'short',
    LOG_LEVEL: 'loud',
  };
  for (const name of Object.keys(GOOD)) expect(() => readConfig(bad)).toThrow(name);
  for (const name of ['LOG_LEVEL', 'REPLAY_KEY']) expect(() => readConfig(bad)).toThrow(name);
});

test('a key set without keys is refused, because no customer could be verified', () => {
  expect(() => readConfig({ ...GOOD, AUTH_JWKS: '{"keys":[]}' })).toThrow('AUTH_JWKS');
});

test('secrets are never printed', () => {
  const config = readConfig({ ...GOOD, REPLAY_KEY: Buffer.alloc(32, 'hidden').toString('base64') });
  expect(JSON.stringify(printable(config))).not.toMatch(/hidden|aGlkZGVu/);
});

test('a migration needs only the address of the database', () => {
  expect(readMigrationConfig({ DATABASE_URL: 'postgres://x' })).toEqual({ databaseUrl: 'postgres://x' });
  expect(() => readMigrationConfig({})).toThrow('DATABASE_URL');
});

test('a replay needs the key of the stored requests', () => {
  expect(() => readReplayConfig(GOOD)).toThrow('REPLAY_KEY');
});

test('without brokers the gateway writes to the database, and there is nothing for a store to do', () => {
  expect(readConfig(GOOD).kafka).toBeNull();
  const kafka = { brokers: ['a:1', 'b:2'], prefix: 'test.' };
  const withKafka = { ...GOOD, KAFKA_BROKERS: 'a:1,b:2', KAFKA_PREFIX: 'test.' };
  expect(readConfig(withKafka).kafka).toEqual(kafka);
  expect(readStoreConfig(withKafka)).toMatchObject({ kafka, databaseUrl: GOOD.DATABASE_URL });
  expect(() => readStoreConfig({})).toThrow(/DATABASE_URL[^]*KAFKA_BROKERS/);
});
