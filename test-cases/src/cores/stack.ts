import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import Type from 'typebox';
import { Compile } from 'typebox/compile';

/** What the runner needs of a running stack: two cores, their ledger, and who may ask. */
export type Stack = {
  interestService: string;
  legacyAdapter: string;
  postgres: string;
  tokens: { service: string };
  /** Customers who own the accounts that are really paid. */
  customers: { customerId: string; token: string }[];
};

class NoStack extends Error {
  readonly code = 'NO_STACK';
}

const ReadyLine = Compile(
  Type.Object({
    interestService: Type.String(),
    legacyAdapter: Type.String(),
    postgres: Type.String(),
    tokens: Type.Object({ service: Type.String() }),
    customers: Type.Array(Type.Object({ customerId: Type.String(), token: Type.String() }), { minItems: 1 }),
  }),
);

/** A stack in use; `stop` ends it only if the runner has started it. */
export type StackInUse = { stack: Stack; stop(): Promise<void> };

/** The stack whose ready line is in a file or on standard input (`-`); without one, a new stack. */
export async function useStack(told: string | null, signal: AbortSignal): Promise<StackInUse> {
  if (told === null) return startStack(signal);
  const text = told === '-' ? await firstLine(process.stdin, signal) : readFileSync(told, 'utf8');
  process.stdin.destroy(); // a stack keeps its end open as long as it is up
  return { stack: readReadyLine(text), stop: async () => {} };
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
  throw new NoStack(
    `this is not the line of "npm run --silent stack -- --json": ${fault?.instancePath ?? ''} ${fault?.message ?? ''}`,
  );
}

/** Parts, migrations and services on a machine that does other things as well. */
const READY_WITHIN_MS = 180_000;
/** The stack needs some seconds to end its parts one after the other. */
const STOPPED_WITHIN_MS = 30_000;
/** Enough of the stack's own customers that some can be told. */
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
        throw new NoStack(`the stack ended with ${String(code)} before it was ready`);
      }),
    ]);
    return { stack: readReadyLine(first), stop };
  } catch (error) {
    await stop();
    throw late.aborted ? new NoStack(`the stack was not ready within ${READY_WITHIN_MS} ms`) : error;
  }
}
