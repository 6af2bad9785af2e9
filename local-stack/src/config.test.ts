import { describe, expect, it } from 'vitest';
import { minimalEnvironment, readConfig } from './config.ts';

describe('the environment of the local stack', () => {
  it('needs nothing', () => {
    expect(readConfig({ HOME: '/home/x' }).external).toEqual({});
  });

  it('replaces parts by addresses', () => {
    const { external } = readConfig({
      DATABASE_URL: 'postgres://bank@db/bank',
      KAFKA_BROKERS: 'one:9092,two:9092',
      UNLEASH_URL: 'http://flags',
      UNLEASH_ADMIN_TOKEN: 'admin',
      UNLEASH_TOKEN: 'client',
    });
    expect(external).toEqual({
      databaseUrl: 'postgres://bank@db/bank',
      kafkaBrokers: ['one:9092', 'two:9092'],
      unleash: { url: 'http://flags', adminToken: 'admin', clientToken: 'client' },
    });
  });

  it('tells all its faults at once', () => {
    const read = () =>
      readConfig({ DATABASE_URL: 'mysql://x', KAFKA_BROKERS: 'nowhere', UNLEASH_URL: 'http://flags' });
    expect(read).toThrow(/DATABASE_URL[\s\S]*KAFKA_BROKERS[\s\S]*UNLEASH_ADMIN_TOKEN/);
  });

  it('is not inherited by what is started', () => {
    expect(
      minimalEnvironment({ PATH: '/bin', XDG_CACHE_HOME: '/cache', DATABASE_URL: 'postgres://shell' }),
    ).toEqual({ PATH: '/bin', NODE_COMPILE_CACHE: '/cache/core-exit/compiled' });
  });
});
