import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readAdapterConfig, readMigrationConfig } from './config.ts';

const MAPPING_FILE = fileURLToPath(new URL('../mappings/soap-example.json', import.meta.url));
const adapter = {
  PORT: '8081',
  DATABASE_URL: 'postgres://a:b@h/d',
  LEGACY_CORE_HOST: '127.0.0.1',
  LEGACY_CORE_PORT: '7001',
  AUTH_JWKS: '{"keys":[{"kty":"OKP"}]}',
};

describe('the settings of the adapter', () => {
  it('have defaults', () => {
    expect(readAdapterConfig(adapter)).toEqual({
      host: '127.0.0.1',
      port: 8081,
      databaseUrl: 'postgres://a:b@h/d',
      transport: {
        kind: 'telegram',
        legacyHost: '127.0.0.1',
        legacyPort: 7001,
        prefix: { form: 'text', bytes: 4, countsItself: false },
        layouts: 1,
        sessions: 8,
        inFlight: 16,
      },
      jwks: { keys: [{ kty: 'OKP' }] },
      version: 'legacy',
      logLevel: 'info',
    });
  });

  it('set prefix, layouts and sessions of the telegrams', () => {
    const telegrams = {
      LEGACY_PREFIX: 'binary:2:self',
      LEGACY_LAYOUTS: '2',
      LEGACY_SESSIONS: '2',
      LEGACY_IN_FLIGHT: '1',
    };
    expect(readAdapterConfig({ ...adapter, ...telegrams }).transport).toMatchObject({
      prefix: { form: 'binary', bytes: 2, countsItself: true },
      layouts: 2,
      sessions: 2,
      inFlight: 1,
    });
  });

  it('with a mapping file choose HTTP, and need no host or port of telegrams', () => {
    const { LEGACY_CORE_HOST: _host, LEGACY_CORE_PORT: _port, ...common } = adapter;
    const http = { LEGACY_MAPPING_FILE: MAPPING_FILE, LEGACY_CORE_URL: 'http://h:1' };
    expect(readAdapterConfig({ ...common, ...http }).transport).toEqual({
      kind: 'http',
      url: 'http://h:1',
      mappingFile: MAPPING_FILE,
    });
  });

  it.each([
    [{ LEGACY_PREFIX: 'text' }, 'LEGACY_PREFIX'],
    [{ LEGACY_LAYOUTS: '3' }, 'LEGACY_LAYOUTS'],
    [{ LEGACY_SESSIONS: '1000' }, 'LEGACY_SESSIONS'],
    [{ LEGACY_MAPPING_FILE: MAPPING_FILE, LEGACY_CORE_URL: 'h:1' }, 'LEGACY_CORE_URL'],
    [{ LEGACY_MAPPING_FILE: 'nowhere.json', LEGACY_CORE_URL: 'http://h:1' }, 'LEGACY_MAPPING_FILE'],
  ])('%o is refused', (environment, name) => {
    expect(() => readAdapterConfig({ ...adapter, ...environment })).toThrow(name);
  });

  it('that are wrong are all reported at once, without a secret', () => {
    const read = () =>
      readAdapterConfig({ PORT: '70000', AUTH_JWKS: 'secret', LOG_LEVEL: 'loud', SERVICE_VERSION: 'a b' });
    for (const name of [
      'PORT',
      'DATABASE_URL',
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
});

it('a migration needs the address of a database', () => {
  expect(() => readMigrationConfig({})).toThrow('DATABASE_URL is missing');
});
