import { mkdtempSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ProcessEnded, ProcessNotReady, ProgramNotStarted, RunIsStopping } from './faults.ts';
import { logTail } from './log-tail.ts';
import { startOfProcess } from './process-identity.ts';
import { createRunDirectory, type RunDirectory } from './run-directory.ts';
import { type ServerSpec, type Supervisor, superviseRun } from './supervisor.ts';
import { until } from './until.ts';

const STAY = 'setInterval(() => {}, 1e6);';
let root: string;
let run: RunDirectory;
let supervisor: Supervisor;
let crashes: ProcessEnded[];

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'core-exit-supervisor-'));
  run = createRunDirectory(root, { keep: false });
  crashes = [];
  supervisor = superviseRun(run, (crash) => crashes.push(crash));
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
    readyWithinMs: 5_000,
    ...more,
  };
}

describe('starting', () => {
  it('answers when the condition is true, with the output in the run`s logs', async () => {
    const started = await supervisor.start(server('part', `console.log('up at last'); ${STAY}`));
    expect(readFileSync(started.logFile, 'utf8')).toBe('up at last\n');
    expect(startOfProcess(started.pid)).toBeDefined();
  });

  it('fails at once, with the last lines of the log, when the process ends before it is ready', async () => {
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

  it('fails at the deadline and ends the process that never got ready', async () => {
    const slow = server('part', `console.log(process.pid); ${STAY}`, {
      isReady: async () => false,
      readyWithinMs: 300,
    });
    await expect(supervisor.start(slow)).rejects.toBeInstanceOf(ProcessNotReady);
    expect(run.journal.stillRunning()).toEqual([]);
  });

  it('names a program that is not installed', async () => {
    const missing = server('part', '', { command: 'no-such-program' });
    await expect(supervisor.start(missing)).rejects.toBeInstanceOf(ProgramNotStarted);
  });

  it('hides our own environment from what it starts', async () => {
    // Vitest sets VITEST in ours.
    const args = ['-e', 'process.exit("VITEST" in process.env || process.env.GIVEN !== "yes" ? 1 : 0)'];
    await supervisor.complete({ name: 'look', command: process.execPath, args, env: { GIVEN: 'yes' } });
  });

  it('refuses to start anything once the run is stopping', async () => {
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

  it('are stopped at their deadline', async () => {
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

  it('of a process that never wrote anything says so', async () => {
    const silent = server('part', STAY, { isReady: async () => true });
    const part = await supervisor.start(silent);
    process.kill(part.pid, 'SIGKILL');
    await until(() => crashes.length > 0, { timeoutMs: 5_000 });
    expect(crashes[0]?.message).toContain('part ended by SIGKILL; the log is empty\n');
  });

  it('is not what a stop on purpose is', async () => {
    const part = await supervisor.start(server('part', `console.log('up'); ${STAY}`));
    expect(await part.stop()).toBe('stopped');
    expect(await part.stop()).toBe('stopped');
    await supervisor.stopAll();
    expect(crashes).toEqual([]);
  });

  it('takes the offspring of the crashed process with it', async () => {
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

  it('kills a process that does not obey by its deadline', async () => {
    const script = `process.on('SIGTERM', () => {}); console.log('up'); ${STAY}`;
    const part = await supervisor.start(server('stubborn', script, { stopWithinMs: 200 }));
    expect(await part.stop()).toBe('killed');
    expect(startOfProcess(part.pid)).toBeUndefined();
  });
});
