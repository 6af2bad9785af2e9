import { describe, expect, it } from 'vitest';
import { readAdapterConfig, readLegacyCoreConfig, readMigrationConfig, redacted } from './config.ts';

const adapter = {
  PORT: '8081',
  DATABASE_URL: 'postgres://a:b@h/d',
  LEGACY_CORE_HOST: '127.0.0.1',
  LEGACY_CORE_PORT: '7001',
  AUTH_JWKS: '{"keys":[]}',
};

describe('the environment', () => {
  it('of the adapter', () => {
    expect(readAdapterConfig(adapter)).toEqual({
      host: '127.0.0.1',
      port: 8081,
      databaseUrl: 'postgres://a:b@h/d',
      transport: {
        kind: 'line',
        host: '127.0.0.1',
        port: 7001,
        dialect: { prefix: { form: 'text', bytes: 4, countsItself: false }, layouts: 1 },
        sessions: 8,
        inFlight: 16,
      },
      jwks: { keys: [] },
      version: 'legacy',
      logLevel: 'info',
    });
  });

  it('of the adapter on another line: its prefix, its layouts, its sessions', () => {
    const line = {
      LEGACY_PREFIX: 'binary:2:self',
      LEGACY_LAYOUTS: '2',
      LEGACY_SESSIONS: '2',
      LEGACY_IN_FLIGHT: '1',
    };
    expect(readAdapterConfig({ ...adapter, ...line }).transport).toMatchObject({
      dialect: { prefix: { form: 'binary', bytes: 2, countsItself: true }, layouts: 2 },
      sessions: 2,
      inFlight: 1,
    });
  });

  it('of the adapter in front of a core that speaks HTTP', () => {
    const http = { LEGACY_MAPPING_FILE: 'mappings/soap-example.json', LEGACY_CORE_URL: 'http://h:1' };
    expect(readAdapterConfig({ ...adapter, ...http }).transport).toEqual({
      kind: 'http',
      url: 'http://h:1',
      mappingFile: 'mappings/soap-example.json',
    });
  });

  it.each([
    [{ LEGACY_PREFIX: 'text' }, 'LEGACY_PREFIX'],
    [{ LEGACY_LAYOUTS: '3' }, 'LEGACY_LAYOUTS'],
    [{ LEGACY_SESSIONS: '1000' }, 'LEGACY_SESSIONS'],
    [{ LEGACY_MAPPING_FILE: 'm.json', LEGACY_CORE_URL: 'h:1' }, 'LEGACY_CORE_URL'],
  ])('%o is refused by the adapter', (environment, name) => {
    expect(() => readAdapterConfig({ ...adapter, ...environment })).toThrow(name);
  });

  it('of the legacy core', () => {
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
    [{ PORT: '1', DATABASE_URL: 'postgres://h/d', LEGACY_PROFILE: 'nice' }, 'LEGACY_PROFILE'],
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
