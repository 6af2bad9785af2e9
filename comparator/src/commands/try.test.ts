import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, waitFor } from '@core-exit/local-stack/testing';
import { afterEach, expect, test } from 'vitest';

const ROOM = join(import.meta.dirname, '../..');
const WITHIN = { timeoutMs: 15_000 };
/** Each mismatch prints two lines, so this is more than any pipe holds. */
const REQUESTS = 1_000;
const directory = mkdtempSync(join(tmpdir(), 'unread-log-'));
const groups: number[] = [];
afterEach(() => {
  for (const pid of groups.splice(0)) process.kill(-pid, 'SIGKILL');
  rmSync(directory, { recursive: true, force: true });
});

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** A shell line in a process group of its own. */
function start(line: string): void {
  const { pid } = spawn('sh', ['-c', line], { cwd: ROOM, detached: true, stdio: 'ignore' });
  if (pid !== undefined) groups.push(pid);
}

test('customers are answered and a stop ends although the output of the gateway is not read', {
  timeout: 60_000,
}, async () => {
  const [old, now, door, admin] = [await freePort(), await freePort(), await freePort(), await freePort()];
  start(`exec '${process.execPath}' samples/orders-service.ts old ${old}`);
  start(`exec '${process.execPath}' samples/orders-service.ts new ${now}`);
  const pidFile = join(directory, 'pid');
  const gateway = [
    `'${process.execPath}' src/main.ts try --operations samples/orders-operations.ts --json`,
    `--legacy http://127.0.0.1:${old} --new http://127.0.0.1:${now} --port ${door} --admin-port ${admin}`,
  ].join(' ');
  // A pipe of a shell: a writer waits while the pipe is full, and `sleep` never reads.
  start(`(sh -c 'echo $$ > ${pidFile}; exec "$0" "$@"' ${gateway} 2>&1) | sleep 300`);
  const up = (url: string) =>
    fetch(url).then(
      () => true,
      () => false,
    );
  await waitFor(
    async () => (await up(`http://127.0.0.1:${door}/orders/1`)) && up(`http://127.0.0.1:${now}`),
    WITHIN,
  );
  for (let i = 0; i < REQUESTS; i += 1) {
    const answer = await fetch(`http://127.0.0.1:${door}/orders/7`, { signal: AbortSignal.timeout(5_000) });
    expect(answer.status, `request ${i}`).toBe(200);
    await answer.arrayBuffer();
  }
  const pid = Number(readFileSync(pidFile, 'utf8'));
  process.kill(pid, 'SIGTERM');
  await waitFor(async () => !isThere(pid), WITHIN);
});
