import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';

vi.setConfig({ testTimeout: 30_000 });

/** Nothing listens on port 9. */
const AWAY = 'postgres://nobody@127.0.0.1:9/nothing';

test('trouble that nobody foresaw ends with 4: 1 would be a FAIL to a pipeline', () => {
  const program = [join(import.meta.dirname, 'main.ts'), 'migrate'];
  const ran = spawnSync(process.execPath, program, { env: { DATABASE_URL: AWAY }, encoding: 'utf8' });
  expect({ exit: ran.status, stdout: ran.stdout }).toEqual({ exit: 4, stdout: '' });
  expect(ran.stderr).toContain('ECONNREFUSED');
});
