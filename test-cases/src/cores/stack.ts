import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { BadInput, Fault } from '@core-exit/process/faults';
import Type from 'typebox';
import { Compile } from 'typebox/compile';
import { CASES_FAULTS } from '../faults.ts';

/** The parts of a running stack that the runner uses: two cores, their ledger, and tokens. */
export type Stack = {
  interestService: string;
  legacyAdapter: string;
  postgres: string;
  tokens: { service: string };
  /** Customers who own the accounts of real payments. */
  customers: { customerId: string; token: string }[];
};

const ReadyLine = Compile(
  Type.Object({
    interestService: Type.String(),
    legacyAdapter: Type.String(),
    postgres: Type.String(),
    tokens: Type.Object({ service: Type.String() }),
    customers: Type.Array(Type.Object({ customerId: Type.String(), token: Type.String() }), { minItems: 1 }),
  }),
);

/** A stack in use. `stop` ends the stack only if the runner started it. */
export type StackInUse = { stack: Stack; stop(): Promise<void> };

/** The stack whose ready line is in a file or on standard input (`-`); without one, a new stack. */
export async function useStack(stackFile: string | null, signal: AbortSignal): Promise<StackInUse> {
  if (stackFile === null) return startStack(signal);
  const text = stackFile === '-' ? await firstLine(process.stdin, signal) : readStackFile(stackFile);
  process.stdin.destroy(); // the stack keeps its end of the pipe open while it runs
  return { stack: readReadyLine(text), stop: async () => {} };
}

function readStackFile(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (fault) {
    throw new BadInput('the stack', [(fault as Error).message]);
  }
}

async function firstLine(input: Readable, signal: AbortSignal): Promise<string> {
  const lines = createInterface({ input });
  const ended = once(lines, 'close', { signal }).then(() => ['']);
  const [line] = (await Promise.race([once(lines, 'line', { signal }), ended])) as [string];
  return line;
}

function readReadyLine(text: string): Stack {
  let line: unknown;
  try {
    line = JSON.parse(text);
  } catch {
    line = null;
  }
  if (ReadyLine.Check(line)) return line;
  const [fault] = ReadyLine.Errors(line);
  throw new BadInput('the stack', [
    `this is not the line of "npm run --silent stack -- --json": ${fault?.instancePath ?? ''} ${fault?.message ?? ''}`,
  ]);
}

/** Time for parts, migrations and services on a busy machine. */
const READY_WITHIN_MS = 180_000;
/** The stack takes some seconds to stop its parts one after the other. */
const STOPPED_WITHIN_MS = 30_000;
/** Enough of the stack's own accounts that its ready line names some customers. */
const CUSTOMERS = '200';

async function startStack(signal: AbortSignal): Promise<StackInUse> {
  const child = spawn('npm', ['run', '--silent', 'stack', '--', '--json', '--accounts', CUSTOMERS], {
    cwd: `${import.meta.dirname}/../../..`,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGTERM');
    const limit = setTimeout(() => child.kill('SIGKILL'), STOPPED_WITHIN_MS);
    await ended;
    clearTimeout(limit);
  };
  const onAbort = () => void stop();
  signal.addEventListener('abort', onAbort, { once: true });
  const late = AbortSignal.timeout(READY_WITHIN_MS);
  try {
    const first = await Promise.race([
      firstLine(child.stdout, AbortSignal.any([signal, late])),
      ended.then(([code]) => {
        throw new Fault(CASES_FAULTS.NO_STACK, `the stack ended with ${String(code)} before it was ready`);
      }),
    ]);
    return { stack: readReadyLine(first), stop };
  } catch (error) {
    await stop();
    if (!late.aborted || signal.aborted) throw error;
    throw new Fault(CASES_FAULTS.NO_STACK, `the stack was not ready within ${READY_WITHIN_MS} ms`);
  }
}
