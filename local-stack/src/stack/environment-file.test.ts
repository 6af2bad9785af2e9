import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { afterAll, expect, it } from 'vitest';
import { writeEnvironmentFile } from './environment-file.ts';

const directory = mkdtempSync(join(tmpdir(), 'environment-'));
afterAll(() => rmSync(directory, { recursive: true }));

it('is read by Node as it was, and by nobody but its owner', () => {
  const env = { REPLAY_KEY: 'q83v+/=#x=', DATABASE_URL: 'postgres://a:b@127.0.0.1:1/x?y=#z' };
  const path = writeEnvironmentFile(directory, 'comparator.env', env);
  expect(parseEnv(readFileSync(path, 'utf8'))).toEqual(env);
  expect(statSync(path).mode & 0o777).toBe(0o600);
});
