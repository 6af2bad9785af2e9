import { describe, expect, it } from 'vitest';
import { minimalEnvironment, readConfig } from './config.ts';

describe('the environment of the local stack', () => {
  it('may be empty', () => {
    const { external, waitSeconds } = readConfig({ HOME: '/home/x' });
    expect(Object.values(external)).toEqual([null, null, null, null, null]);
    expect(waitSeconds).toBe(180);
  });

  it('replaces parts by addresses', () => {
    const { external } = readConfig({
      DATABASE_URL: 'postgres://bank@db/bank',
      KAFKA_BROKERS: 'one:9092,two:9092',
      UNLEASH_URL: 'http://flags',
      UNLEASH_ADMIN_TOKEN: 'admin',
      UNLEASH_TOKEN: 'client',
    });
    expect(external).toMatchObject({
      databaseUrl: 'postgres://bank@db/bank',
      kafkaBrokers: ['one:9092', 'two:9092'],
      unleash: { url: 'http://flags', adminToken: 'admin', clientToken: 'client' },
    });
  });

  it('sets how long a part may take to start', () => {
    expect(readConfig({ STACK_WAIT_SECONDS: '600' }).waitSeconds).toBe(600);
    expect(() => readConfig({ STACK_WAIT_SECONDS: '0' })).toThrow(/STACK_WAIT_SECONDS/);
  });

  it('reports all its faults at once', () => {
    const read = () =>
      readConfig({ DATABASE_URL: 'mysql://x', KAFKA_BROKERS: 'nowhere', UNLEASH_URL: 'flags' });
    expect(read).toThrow(/DATABASE_URL[\s\S]*KAFKA_BROKERS[\s\S]*UNLEASH_URL/);
    expect(() => readConfig({ UNLEASH_URL: 'http://flags' })).toThrow(/UNLEASH_ADMIN_TOKEN/);
  });

  it('is not inherited by a started process', () => {
    expect(
      minimalEnvironment({ PATH: '/bin', XDG_CACHE_HOME: '/cache', DATABASE_URL: 'postgres://shell' }),
    ).toEqual({ PATH: '/bin', NODE_COMPILE_CACHE: '/cache/core-exit/compiled' });
  });
});
