import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitFor } from '@core-exit/local-stack/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';

const WITHIN = { timeoutMs: 15_000 };
const PROGRAM = join(import.meta.dirname, '../testing/log-writer-main.ts');

let directory = '';
let group = 0;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'log-'));
});
afterEach(() => {
  if (isThere(-group)) process.kill(-group, 'SIGKILL');
  rmSync(directory, { recursive: true, force: true });
});

/** A program that logs far more than a pipe holds, then stops; its standard output goes through a pipe to `reader`. */
function logInto(reader: string): void {
  const line = `'${process.execPath}' '${PROGRAM}' '${join(directory, 'done')}' | ${reader}`;
  const { pid = 0 } = spawn('sh', ['-c', line], { detached: true, stdio: 'ignore' });
  group = pid;
}

function written(name: string): string {
  try {
    return readFileSync(join(directory, name), 'utf8');
  } catch {
    return '';
  }
}

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

test('a blocked log holds up neither the process nor its exit', async () => {
  logInto('sleep 300');
  await waitFor(async () => written('done') !== '', WITHIN);
  const pid = Number(written('done'));
  await waitFor(async () => !isThere(pid), WITHIN);
});

test('lines dropped while the reader slept are counted in a line, and the exit loses no line', async () => {
  logInto(`(sleep 1; cat >'${join(directory, 'log')}')`);
  await waitFor(async () => written('log').includes('"last"'), WITHIN);
  const lines = written('log').trimEnd().split('\n');
  const told = lines.map((line) => JSON.parse(line) as { msg: string; dropped?: number });
  const lost = told.reduce((sum, { dropped = 0 }) => sum + dropped, 0);
  const kept = told.filter(({ msg }) => msg === 'many').length;
  expect(lost).toBeGreaterThan(0);
  expect(kept + lost).toBe(40_000);
  expect(told.at(-1)?.msg).toBe('last');
});
