import { expect, test } from 'vitest';
import { printable, readConfig, readMigrationConfig, readStoreConfig } from './config.ts';

const GOOD = {
  PORT: '8080',
  ADMIN_PORT: '8081',
  OPERATIONS_FILE: 'operations/interest.ts',
  LEGACY_URL: 'http://legacy:1',
  NEW_URL: 'http://new:2',
  DATABASE_URL: 'postgres://comparator:hidden@db/bank',
  UNLEASH_URL: 'http://unleash:3',
  UNLEASH_TOKEN: 'hidden-token',
  SLACK_WEBHOOK_URL: 'http://slack/services/hidden',
  AUTH_JWKS: '{"keys":[{"kty":"OKP"}]}',
  SERVICE_TOKEN: 'hidden-service',
};

test('reads the environment, with what may be left out', () => {
  expect(readConfig(GOOD)).toMatchObject({
    port: 8080,
    digestSeconds: 60,
    adminUrl: 'http://localhost:8081',
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
    LOG_LEVEL: 'loud',
  };
  for (const name of Object.keys(GOOD)) expect(() => readConfig(bad)).toThrow(name);
  expect(() => readConfig(bad)).toThrow('LOG_LEVEL');
});

test('a key set without keys is refused: nobody could be verified', () => {
  expect(() => readConfig({ ...GOOD, AUTH_JWKS: '{"keys":[]}' })).toThrow('AUTH_JWKS has no keys');
});

test('secrets are never printed', () => {
  expect(JSON.stringify(printable(readConfig(GOOD)))).not.toContain('hidden');
});

test('a migration needs its address only', () => {
  expect(readMigrationConfig({ DATABASE_URL: 'postgres://x' })).toEqual({ databaseUrl: 'postgres://x' });
  expect(() => readMigrationConfig({})).toThrow('DATABASE_URL');
});

test('without brokers verdicts go straight to the database, and there is nothing for a store to do', () => {
  expect(readConfig(GOOD).kafka).toBeNull();
  const kafka = { brokers: ['a:1', 'b:2'], prefix: 'test.' };
  const withKafka = { ...GOOD, KAFKA_BROKERS: 'a:1,b:2', KAFKA_PREFIX: 'test.' };
  expect(readConfig(withKafka).kafka).toEqual(kafka);
  expect(readStoreConfig(withKafka)).toMatchObject({ kafka, databaseUrl: GOOD.DATABASE_URL });
  expect(() => readStoreConfig({})).toThrow(/DATABASE_URL[^]*KAFKA_BROKERS/);
});
