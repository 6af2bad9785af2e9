import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';

vi.setConfig({ testTimeout: 30_000 });

/** Nothing listens on port 9. */
const DOWN = 'postgres://nobody@127.0.0.1:9/nothing';

const rollout = (env: Record<string, string>, ...args: string[]) =>
  spawnSync(process.execPath, [join(import.meta.dirname, 'main.ts'), ...args], { env, encoding: 'utf8' });

test('--help lists every command, its options and the exit codes', () => {
  const { status, stdout } = rollout({}, '--help');
  expect(status).toBe(0);
  for (const text of ['decisions', '--because TEXT', 'Exit codes:']) expect(stdout).toContain(text);
});

test.each([[[]], [['fly']], [['status', '--force']]])('exit code 3 for the arguments %j', (args) => {
  expect(rollout({}, ...args)).toMatchObject({ status: 3, stdout: '' });
});

test('an unexpected error ends with exit code 4, because exit code 1 is FAIL for a pipeline', () => {
  const ran = rollout({ DATABASE_URL: DOWN }, 'migrate');
  expect({ exit: ran.status, stdout: ran.stdout }).toEqual({ exit: 4, stdout: '' });
  expect(ran.stderr).toContain('ECONNREFUSED');
});
