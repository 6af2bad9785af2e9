import { mkdtempSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { logTail } from './log-tail.ts';
import { type ProcessEnded, ProcessNotReady, ProgramNotStarted, RunIsStopping } from './process-faults.ts';
import { startOfProcess } from './process-identity.ts';
import { createRunDirectory, type RunDirectory } from './run-directory.ts';
import { type ServerSpec, type Supervisor, superviseRun } from './supervisor.ts';
import { until } from './until.ts';
import type { Waiting } from './waiting.ts';

const STAY = 'setInterval(() => {}, 1e6);';
let root: string;
let run: RunDirectory;
let supervisor: Supervisor;
let crashes: ProcessEnded[];
let reports: (readonly Waiting[])[];

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'core-exit-supervisor-'));
  run = createRunDirectory(root, { keep: false });
  crashes = [];
  reports = [];
  supervisor = superviseRun(run, {
    onCrash: (crash) => crashes.push(crash),
    limitMs: 5_000,
    onWaiting: (waiting) => reports.push(waiting),
  });
});

afterEach(async () => {
  await supervisor.stopAll();
  await rm(root, { recursive: true });
});

/** A server in JavaScript that is ready as soon as it has written `up` to its log. */
function server(name: string, script: string, more: Partial<ServerSpec> = {}): ServerSpec {
  return {
    name,
    command: process.execPath,
    args: ['-e', script],
    isReady: async () => logTail(run.logFile(name)).includes('up'),
    ...more,
  };
}

describe('starting', () => {
  it('returns when the server is ready, with its output in the run`s logs', async () => {
    const started = await supervisor.start(server('part', `console.log('up at last'); ${STAY}`));
    expect(readFileSync(started.logFile, 'utf8')).toBe('up at last\n');
    expect(startOfProcess(started.pid)).toBeDefined();
  });

  it('fails at once, with the last lines of the log, if the process ends before it is ready', async () => {
    const dying = server('part', 'console.error("no space on device"); process.exit(3)', {
      readyWithinMs: 60_000,
    });
    await expect(supervisor.start(dying)).rejects.toMatchObject({
      code: 'PROCESS_ENDED',
      exit: { code: 3, signal: null },
      message: expect.stringContaining('no space on device'),
    });
    expect(crashes).toEqual([]);
  });

  it('fails at its limit and ends the process that did not become ready', async () => {
    const slow = server('part', `console.log(process.pid); ${STAY}`, {
      isReady: async () => false,
      readyWithinMs: 300,
    });
    await expect(supervisor.start(slow)).rejects.toBeInstanceOf(ProcessNotReady);
    expect(run.journal.stillRunning()).toEqual([]);
  });

  it('reports every second how long the run waits, and an empty list at the end', async () => {
    const isReady = async () => reports.length === 2;
    await supervisor.start(server('unleash', STAY, { isReady, readyWithinMs: 60_000 }));
    const waiting = { name: 'unleash', seconds: expect.any(Number), limitSeconds: 60 };
    expect(reports).toEqual([[waiting], [waiting], []]);
    expect(reports[1]?.[0]?.seconds).toBeGreaterThan(reports[0]?.[0]?.seconds ?? 0);
  });

  it('names a program that is not installed', async () => {
    const missing = server('part', '', { command: 'no-such-program' });
    await expect(supervisor.start(missing)).rejects.toBeInstanceOf(ProgramNotStarted);
  });

  it('passes no variable of this process to the started process', async () => {
    // Vitest sets VITEST in the environment of this process.
    const args = ['-e', 'process.exit("VITEST" in process.env || process.env.GIVEN !== "yes" ? 1 : 0)'];
    await supervisor.complete({ name: 'check', command: process.execPath, args, env: { GIVEN: 'yes' } });
  });

  it('refuses to start a process when the run is stopping', async () => {
    await supervisor.stopAll();
    await expect(supervisor.start(server('late', STAY))).rejects.toBeInstanceOf(RunIsStopping);
  });
});

describe('commands', () => {
  it('fail with their last lines', async () => {
    const args = ['-e', 'console.log("relation exists"); process.exit(1)'];
    const failing = supervisor.complete({ name: 'migrate', command: process.execPath, args });
    await expect(failing).rejects.toThrow(/migrate ended with code 1[\s\S]*relation exists/);
  });

  it('are stopped at their limit', async () => {
    const hanging = supervisor.complete({
      name: 'migrate',
      command: process.execPath,
      args: ['-e', STAY],
      completeWithinMs: 200,
    });
    await expect(hanging).rejects.toMatchObject({ exit: { signal: 'SIGTERM' } });
  });
});

describe('a crash', () => {
  it('is reported once, with the last lines of the log', async () => {
    const part = await supervisor.start(
      server('part', `console.log('up'); console.log('out of memory'); ${STAY}`),
    );
    process.kill(part.pid, 'SIGKILL');
    await until(() => crashes.length > 0, { timeoutMs: 5_000 });
    expect(crashes).toHaveLength(1);
    expect(crashes[0]).toMatchObject({ process: 'part', exit: { code: null, signal: 'SIGKILL' } });
    expect(crashes[0]?.message).toContain('| out of memory');
  });

  it('of a process without output is reported with an empty log', async () => {
    const silent = server('part', STAY, { isReady: async () => true });
    const part = await supervisor.start(silent);
    process.kill(part.pid, 'SIGKILL');
    await until(() => crashes.length > 0, { timeoutMs: 5_000 });
    expect(crashes[0]?.message).toBe('part ended by SIGKILL; the log is empty');
  });

  it('is not reported if the process was stopped on purpose', async () => {
    const part = await supervisor.start(server('part', `console.log('up'); ${STAY}`));
    expect(await part.stop()).toBe('stopped');
    expect(await part.stop()).toBe('stopped');
    await supervisor.stopAll();
    expect(crashes).toEqual([]);
  });

  it('also ends the children of the crashed process', async () => {
    const script = `const child = require('node:child_process').spawn(process.execPath, ['-e', '${STAY}']);
      console.log('up', child.pid); ${STAY}`;
    const part = await supervisor.start(server('part', script));
    const offspring = Number(/up (\d+)/.exec(readFileSync(part.logFile, 'utf8'))?.[1]);
    expect(startOfProcess(offspring)).toBeDefined();
    process.kill(part.pid, 'SIGKILL');
    await until(() => startOfProcess(offspring) === undefined, { timeoutMs: 5_000 });
  });
});

describe('stopping', () => {
  it('goes in the reverse order of the start', async () => {
    const order = join(root, 'order');
    const onStop = (name: string) => `console.log('up'); process.on('SIGTERM', () => {
      require('node:fs').appendFileSync('${order}', '${name} '); process.exit(); }); ${STAY}`;
    for (const name of ['postgres', 'core', 'gateway']) await supervisor.start(server(name, onStop(name)));
    await supervisor.stopAll();
    expect(readFileSync(order, 'utf8')).toBe('gateway core postgres ');
  });

  it('kills a process that has not stopped at its limit', async () => {
    const script = `process.on('SIGTERM', () => {}); console.log('up'); ${STAY}`;
    const part = await supervisor.start(server('ignoring', script, { stopWithinMs: 200 }));
    expect(await part.stop()).toBe('killed');
    expect(startOfProcess(part.pid)).toBeUndefined();
  });
});
