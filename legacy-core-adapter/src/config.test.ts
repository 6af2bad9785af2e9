import { describe, expect, it } from 'vitest';
import { readAdapterConfig, readLegacyCoreConfig, readMigrationConfig, redacted } from './config.ts';

const adapter = {
  PORT: '8081',
  LEGACY_CORE_HOST: '127.0.0.1',
  LEGACY_CORE_PORT: '7001',
  AUTH_JWKS: '{"keys":[]}',
};

describe('the environment', () => {
  it('of the adapter', () => {
    expect(readAdapterConfig(adapter)).toEqual({
      host: '127.0.0.1',
      port: 8081,
      legacyCore: { host: '127.0.0.1', port: 7001 },
      jwks: { keys: [] },
      version: 'legacy',
      logLevel: 'info',
    });
  });

  it('of the legacy core', () => {
    const environment = {
      HOST: '0.0.0.0',
      PORT: '7001',
      DATABASE_URL: 'postgres://a:b@h/d',
      LEGACY_LATENCY_MS: '30',
      LOG_LEVEL: 'warn',
    };
    expect(readLegacyCoreConfig(environment)).toEqual({
      host: '0.0.0.0',
      port: 7001,
      databaseUrl: 'postgres://a:b@h/d',
      latencyMs: 30,
      logLevel: 'warn',
    });
  });

  it('is told all of its faults at once', () => {
    const read = () =>
      readAdapterConfig({ PORT: '70000', AUTH_JWKS: 'secret', LOG_LEVEL: 'loud', SERVICE_VERSION: 'a b' });
    for (const name of [
      'PORT',
      'LEGACY_CORE_HOST',
      'LEGACY_CORE_PORT',
      'AUTH_JWKS',
      'LOG_LEVEL',
      'SERVICE_VERSION',
    ]) {
      expect(read).toThrow(name);
    }
    expect(read).not.toThrow('secret');
  });

  it.each([
    [{ PORT: '1', DATABASE_URL: 'mysql://h/d' }, 'DATABASE_URL'],
    [{ PORT: '1', DATABASE_URL: 'postgres://h/d', LEGACY_LATENCY_MS: '-1' }, 'LEGACY_LATENCY_MS'],
    [{ PORT: '1', DATABASE_URL: 'postgres://h/d', LEGACY_LATENCY_MS: '1001' }, 'LEGACY_LATENCY_MS'],
    [{ PORT: '1e3', DATABASE_URL: 'postgres://h/d' }, 'PORT'],
  ])('%o is refused', (environment, name) => {
    expect(() => readLegacyCoreConfig(environment)).toThrow(name);
  });

  it('of a migration needs an address', () => {
    expect(() => readMigrationConfig({})).toThrow('DATABASE_URL is required');
  });

  it('is printed without its secret', () => {
    expect(redacted('postgres://owner:geheim@h:1/d')).toBe('postgres://owner:[redacted]@h:1/d');
    expect(redacted('postgres://owner@h:1/d')).toBe('postgres://owner@h:1/d');
  });
});
