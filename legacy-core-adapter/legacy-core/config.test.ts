import { describe, expect, it } from 'vitest';
import { readLegacyCoreConfig, readOwnerConfig } from './config.ts';

describe('the settings of the legacy core', () => {
  it('are read', () => {
    const environment = {
      HOST: '0.0.0.0',
      PORT: '7001',
      DATABASE_URL: 'postgres://a:b@h/d',
      LEGACY_LATENCY_MS: '30',
      LEGACY_PROFILE: 'resets',
      CONTROL_PORT: '7002',
      LOG_LEVEL: 'warn',
    };
    expect(readLegacyCoreConfig(environment)).toEqual({
      host: '0.0.0.0',
      port: 7001,
      databaseUrl: 'postgres://a:b@h/d',
      prefix: { form: 'text', bytes: 4, countsItself: false },
      profile: 'resets',
      latencyMs: 30,
      controlPort: 7002,
      logLevel: 'warn',
    });
  });

  it.each([
    [{ PORT: '1', DATABASE_URL: 'mysql://h/d' }, 'DATABASE_URL'],
    [{ PORT: '1', DATABASE_URL: 'postgres://h/d', LEGACY_LATENCY_MS: '-1' }, 'LEGACY_LATENCY_MS'],
    [{ PORT: '1', DATABASE_URL: 'postgres://h/d', LEGACY_LATENCY_MS: '1001' }, 'LEGACY_LATENCY_MS'],
    [{ PORT: '1', DATABASE_URL: 'postgres://h/d', LEGACY_PROFILE: 'nice' }, 'LEGACY_PROFILE'],
    [{ PORT: '1e3', DATABASE_URL: 'postgres://h/d' }, 'PORT'],
  ])('%o is refused', (environment, name) => {
    expect(() => readLegacyCoreConfig(environment)).toThrow(name);
  });
});

it('a command of the owner needs the address of a database', () => {
  expect(() => readOwnerConfig({})).toThrow('DATABASE_URL is missing');
});
