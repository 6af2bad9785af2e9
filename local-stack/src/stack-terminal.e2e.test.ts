import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { EXIT } from '@core-exit/process/exit-codes';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { minimalEnvironment, readConfig } from './config.ts';
import { Journal } from './processes/journal.ts';
import { startOfProcess } from './processes/process-identity.ts';
import { until } from './processes/until.ts';
import { REPOSITORY } from './run.ts';
import { PROMPT } from './stack/ready-text.ts';

const READY_WITHIN_MS = readConfig().waitSeconds * 1_000;

let stack: ChildProcess;
let [out, errors] = ['', ''];

beforeAll(async () => {
  const args = ['local-stack/src/stack-main.ts', '--accounts', '300'];
  stack = spawn(process.execPath, args, { cwd: REPOSITORY, stdio: ['ignore', 'pipe', 'pipe'] });
  stack.stdout?.on('data', (chunk) => (out += String(chunk)));
  stack.stderr?.on('data', (chunk) => (errors += String(chunk)));
  await until(() => /^ready/m.test(out), { timeoutMs: READY_WITHIN_MS, what: 'the stack is ready' });
});
afterAll(() => void stack.kill('SIGTERM'));

/** The PATH of a person: without the programs that npm adds for the time of a script. */
const ownPath = () =>
  (minimalEnvironment()['PATH'] ?? '')
    .split(delimiter)
    .filter((directory) => !directory.includes('node_modules'))
    .join(delimiter);

/** Runs a printed line in a shell, from the repository's root. */
async function paste(command: string): Promise<string> {
  const env = { PATH: ownPath(), HOME: minimalEnvironment()['HOME'] };
  return (await promisify(execFile)('sh', ['-c', command], { cwd: REPOSITORY, env })).stdout;
}

describe('npm run stack', () => {
  it('prints the admin address, an operator`s token, and the environment file of each process', async () => {
    const admin = /^gateway, for operators: (\S+)/m.exec(out)?.[1];
    expect((await fetch(`${admin}/evidence`)).status).toBe(200);
    expect(out).toMatch(/^operator's token: eyJ[\w-]+\.[\w-]+\.[\w-]+$/m);
    const files = [...out.matchAll(/^ {2}(\S+) +(\S+\.env)$/gm)].map(([, name, path]) => ({ name, path }));
    const names = ['gateway', 'comparator', 'rollout', 'interest-service', 'legacy-core', 'legacy-adapter'];
    expect(files.map(({ name }) => name)).toEqual(expect.arrayContaining(names));
    for (const { path } of files) expect(existsSync(join(REPOSITORY, path ?? ''))).toBe(true);
  });

  it('prints commands that run as printed, under the Node that is on the PATH', async () => {
    const commands = out
      .split('\n')
      .flatMap((line) => (line.startsWith(PROMPT) ? line.slice(PROMPT.length) : []));
    const quote = commands.find((command) => command.startsWith('curl')) ?? '';
    expect(JSON.parse(await paste(quote))).toMatchObject({ payable: true });
    const outputs = await Promise.all(commands.map(paste));
    expect(outputs).toHaveLength(4);
    expect(outputs[1]).toContain('shadow');
  });

  it('ends with the last lines of a part that dies, and leaves nothing behind', async () => {
    const logs = /^ready.*Logs: (.+)$/m.exec(out)?.[1] ?? '';
    const running = new Journal(join(logs, '..', 'processes.jsonl')).stillRunning();
    const ended = once(stack, 'exit');
    process.kill(running.find(({ name }) => name === 'redis')?.pid ?? 0, 'SIGKILL');

    expect(await ended).toEqual([EXIT.fault, null]);
    expect(errors).toMatch(
      /redis ended by SIGKILL; the last lines of its log:\n +\| .*Ready to accept connections/s,
    );
    expect(running.filter(({ pid }) => startOfProcess(pid) !== undefined)).toEqual([]);
  });
});
