import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { afterAll, expect, it } from 'vitest';
import { writeEnvironmentFiles } from './environment-files.ts';

const directory = mkdtempSync(join(tmpdir(), 'environment-'));
afterAll(() => rmSync(directory, { recursive: true }));

it('the environment of each process has a file that Node reads back unchanged and only the owner may read', () => {
  const gateway = { AUTH_JWKS: '{"keys":[{"kid":"local-1"}]}', PORT: '20001' };
  const comparator = { REPLAY_KEY: 'q83v+/=#x=', DATABASE_URL: 'postgres://a:b@127.0.0.1:1/x?y=#z' };
  const files = writeEnvironmentFiles(directory, { gateway, comparator });
  expect(Object.keys(files)).toEqual(['gateway', 'comparator']);
  expect(parseEnv(readFileSync(files['gateway'] ?? '', 'utf8'))).toEqual(gateway);
  expect(parseEnv(readFileSync(files['comparator'] ?? '', 'utf8'))).toEqual(comparator);
  expect(statSync(files['comparator'] ?? '').mode & 0o777).toBe(0o600);
});
