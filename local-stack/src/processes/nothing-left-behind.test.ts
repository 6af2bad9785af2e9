import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { EXIT } from '@core-exit/process/exit-codes';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Journal } from './journal.ts';
import { removeLeftovers } from './leftovers.ts';
import { startOfProcess } from './process-identity.ts';
import { createRunDirectory } from './run-directory.ts';
import { until } from './until.ts';

const STOP_WITHIN = { timeoutMs: 10_000 };
let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'core-exit-left-behind-'));
});
afterEach(() => rm(root, { recursive: true }));

type SupervisedRun = { supervisor: ChildProcess; run: string; pids: number[] };

async function superviseInAnotherProcess(): Promise<SupervisedRun> {
  const program = join(import.meta.dirname, '..', 'testing', 'supervised-run-main.ts');
  const supervisor = spawn(process.execPath, [program, root], { stdio: ['ignore', 'pipe', 'ignore'] });
  const [line] = (await once(createInterface(supervisor.stdout), 'line')) as [string];
  return { supervisor, ...(JSON.parse(line) as { run: string; pids: number[] }) };
}

const isGone = (pid: number) => startOfProcess(pid) === undefined;

describe('nothing is left behind', () => {
  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('after %s to the supervisor', async (signal) => {
    const { supervisor, pids } = await superviseInAnotherProcess();
    expect(pids.some(isGone)).toBe(false);
    supervisor.kill(signal);
    const [exitCode] = await once(supervisor, 'exit');
    expect(exitCode).toBe({ SIGTERM: EXIT.done, SIGINT: 130, SIGHUP: 129 }[signal]);
    expect(pids.every(isGone)).toBe(true);
    expect(readdirSync(root)).toEqual([]);
  });

  it('after SIGKILL of the supervisor, also of a process that ignores SIGTERM', {
    timeout: 15_000,
  }, async () => {
    const { supervisor, pids, run } = await superviseInAnotherProcess();
    supervisor.kill('SIGKILL');
    await until(() => pids.every(isGone), STOP_WITHIN);
    await until(() => !existsSync(run), STOP_WITHIN);
  });

  it('after an uncaught error', async () => {
    const { supervisor, pids } = await superviseInAnotherProcess();
    supervisor.kill('SIGUSR2'); // the fixture throws
    const [exitCode] = await once(supervisor, 'exit');
    expect(exitCode).toBe(EXIT.fault);
    expect(pids.every(isGone)).toBe(true);
  });
});

describe('leftovers of earlier runs', () => {
  /** A run whose owner and watchdog are gone, with one process still alive. */
  function abandonedRun(): { path: string; orphan: ChildProcess } {
    const path = join(root, 'run-999999999-12345-ab12');
    mkdirSync(path);
    const orphan = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e6)'], { detached: true });
    new Journal(join(path, 'processes.jsonl')).started({
      pid: orphan.pid ?? 0,
      stopSignal: 'SIGTERM',
      name: 'orphan',
    });
    return { path, orphan };
  }

  it('are stopped and removed', async () => {
    const { path, orphan } = abandonedRun();
    const ended = once(orphan, 'exit');
    expect(await removeLeftovers(root)).toEqual(['run-999999999-12345-ab12']);
    await ended;
    expect(existsSync(path)).toBe(false);
  });

  it('keep their data if that was requested, but not their processes', async () => {
    const { path, orphan } = abandonedRun();
    writeFileSync(join(path, 'kept'), '');
    const ended = once(orphan, 'exit');
    expect(await removeLeftovers(root)).toEqual([]);
    await ended;
    expect(existsSync(path)).toBe(true);
  });

  it('are not the run of a living process, nor a directory that is no run', async () => {
    const living = createRunDirectory(root, { keep: false });
    mkdirSync(join(root, 'notes'));
    expect(await removeLeftovers(root)).toEqual([]);
    expect(existsSync(living.path)).toBe(true);
  });

  it('do not include another process that got the id of an old one', async () => {
    const stranger = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e6)'], { detached: true });
    await once(stranger, 'spawn');
    const path = join(root, 'run-999999999-12345-ab12');
    mkdirSync(path);
    const old = { pid: stranger.pid, startedAt: 'long ago', stopSignal: 'SIGTERM', name: 'old' };
    writeFileSync(join(path, 'processes.jsonl'), `${JSON.stringify(old)}\n`);
    await removeLeftovers(root);
    expect(startOfProcess(stranger.pid ?? 0)).toBeDefined();
    stranger.kill('SIGKILL');
  });
});
