import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Journal } from './processes/journal.ts';
import { startOfProcess } from './processes/process-identity.ts';
import { until } from './processes/until.ts';
import { REPOSITORY } from './run.ts';

it('a part that dies takes the stack down, with its last words and nothing left behind', async () => {
  const args = ['local-stack/src/stack-main.ts', '--accounts', '300'];
  const stack = spawn(process.execPath, args, { cwd: REPOSITORY, stdio: ['ignore', 'pipe', 'pipe'] });
  let [out, errors] = ['', ''];
  stack.stdout.on('data', (chunk) => (out += String(chunk)));
  stack.stderr.on('data', (chunk) => (errors += String(chunk)));
  const ended = once(stack, 'exit');
  try {
    const logs = await until(() => /^ready.*Logs: (.+)$/m.exec(out)?.[1], {
      timeoutMs: 50_000,
      what: 'the stack',
    });
    const running = new Journal(join(logs, '..', 'processes.jsonl')).stillRunning();
    expect(running.map(({ name }) => name)).toContain('redis');
    process.kill(running.find(({ name }) => name === 'redis')?.pid ?? 0, 'SIGKILL');

    const [exitCode] = await ended;
    expect(exitCode).toBe(1);
    expect(errors).toMatch(
      /redis ended by SIGKILL; the last lines of its log:\n +\| .*Ready to accept connections/s,
    );
    expect(running.filter(({ pid }) => startOfProcess(pid) !== undefined)).toEqual([]);
  } finally {
    stack.kill('SIGTERM');
  }
});
