import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { optional, printableSettings, readSettings, required, secret, withDefault } from './configuration.ts';
import {
  base64Bytes,
  httpUrl,
  jsonWebKeySet,
  list,
  logLevel,
  matching,
  oneOf,
  portNumber,
  postgresUrl,
  readableFile,
  text,
  wholeNumber,
} from './setting-readers.ts';

const SCHEMA = {
  port: required('PORT', portNumber),
  databaseUrl: required('DATABASE_URL', postgresUrl),
  slackUrl: optional('SLACK_WEBHOOK_URL', httpUrl),
  level: withDefault('LOG_LEVEL', logLevel, 'info'),
  token: secret(required('TOKEN', text)),
};
const VALID = { PORT: '8080', DATABASE_URL: 'postgres://app:pass@db/shop', TOKEN: 'very-secret' };

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'settings-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

function file(content: string): string {
  const path = join(directory, 'value');
  writeFileSync(path, content);
  return path;
}

describe('settings', () => {
  it('are read by their schema, with defaults and null for what is absent or empty', () => {
    expect(readSettings(SCHEMA, { ...VALID, LOG_LEVEL: '' })).toEqual({
      port: 8080,
      databaseUrl: VALID.DATABASE_URL,
      slackUrl: null,
      level: 'info',
      token: 'very-secret',
    });
  });

  it('report every fault at once, and no value', () => {
    const env = { PORT: '99999', DATABASE_URL: 'mysql://app:pass@db', LOG_LEVEL: 'loud' };
    expect(() => readSettings(SCHEMA, env)).toThrow(
      [
        'the environment is not valid:',
        '  - PORT: must be a whole number from 0 to 65535',
        '  - DATABASE_URL: must be an address such as postgres://host',
        '  - LOG_LEVEL: must be one of trace debug info warn error fatal silent',
        '  - TOKEN is missing',
      ].join('\n'),
    );
  });

  it('are read from a file where NAME_FILE is set, without the newline at its end', () => {
    const { TOKEN: _, ...env } = VALID;
    expect(readSettings(SCHEMA, { ...env, TOKEN_FILE: file('from a file\n') }).token).toBe('from a file');
  });

  it('refuse NAME and NAME_FILE together, and a file that is not readable', () => {
    const both = { ...VALID, TOKEN_FILE: file('x') };
    expect(() => readSettings(SCHEMA, both)).toThrow('TOKEN: TOKEN_FILE is set as well: set one of the two');
    const gone = { ...VALID, TOKEN: '', TOKEN_FILE: join(directory, 'gone') };
    expect(() => readSettings(SCHEMA, gone)).toThrow(
      'TOKEN: the file of TOKEN_FILE is not readable (ENOENT)',
    );
  });

  it('are printed without secrets and passwords', () => {
    const printed = printableSettings(SCHEMA, readSettings(SCHEMA, VALID));
    expect(printed).toMatchObject({ port: 8080, token: '[redacted]', slackUrl: null });
    expect(JSON.stringify(printed)).not.toMatch(/very-secret|app:pass/);
  });
});

describe('a reader', () => {
  it.each([
    ['a whole number', wholeNumber(1, 10), ['1', '10'], ['0', '11', '1.5', '-1', '1e1', ' 1', '0x1', '１']],
    ['one of a list', oneOf(['a', 'b']), ['a'], ['c', 'A', '']],
    ['a pattern', matching(/^[a-z]+$/, 'letters a to z'), ['abc'], ['A', '1']],
    ['bytes in base64', base64Bytes(2), ['AAA='], ['AAAA', 'A']],
    ['a readable file', readableFile, [import.meta.filename], ['/no/such/file']],
    ['a key set', jsonWebKeySet, ['{"keys":[{"kty":"OKP"}]}'], ['{"keys":[]}', '{', 'null', '{"keys":{}}']],
    ['an address', httpUrl, ['http://a', 'https://a/b'], ['ftp://a', 'a', '//a']],
  ] as const)('of %s accepts what is valid and refuses the rest', (_, read, valid, invalid) => {
    for (const value of valid) expect(() => read(value)).not.toThrow();
    for (const value of invalid) expect(() => read(value)).toThrow(/^must be /);
  });

  it('of a list drops spaces and empty items', () => {
    expect(list(' a:1, b:2 ,')).toEqual(['a:1', 'b:2']);
  });
});
