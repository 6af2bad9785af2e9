import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { peakResidentMb } from '../process-usage.ts';

const POLL_EVERY_MS = 50;

/** `code` null: the process was killed. `mostMb`: its greatest resident memory. */
export type Ended = { code: number | null; out: string; err: string; seconds: number; mostMb: number };

export type Running = { child: ChildProcess; ended: Promise<Ended> };

/** Starts `interest-service ARGS`. */
export function start(databaseUrl: string, args: string[]): Running {
  const began = performance.now();
  const child = spawn(process.execPath, ['interest-service/src/main.ts', ...args], {
    env: { DATABASE_URL: databaseUrl },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let mostMb = 0;
  const polling = setInterval(() => {
    mostMb = Math.max(mostMb, peakResidentMb(child.pid ?? 0));
  }, POLL_EVERY_MS);
  const ended = Promise.all([once(child, 'exit'), text(child.stdout), text(child.stderr)]).then(
    ([[code], out, err]) => {
      clearInterval(polling);
      return { code: code as number | null, out, err, seconds: (performance.now() - began) / 1_000, mostMb };
    },
  );
  return { child, ended };
}

export function runToEnd(databaseUrl: string, args: string[]): Promise<Ended> {
  return start(databaseUrl, args).ended;
}

/** Kills the command when its file of --resume exists; returns how many accounts were done by then. */
export async function killAfterCheckpoint(
  { child, ended }: Running,
  file: string,
): Promise<{ killed: Ended; done: number }> {
  while (!existsSync(file) && child.exitCode === null) await sleep(POLL_EVERY_MS);
  child.kill('SIGKILL');
  const killed = await ended;
  if (!existsSync(file)) return { killed, done: 0 };
  const kept = JSON.parse(readFileSync(file, 'utf8')) as { state: { tally: { accounts: number } } };
  return { killed, done: kept.state.tally.accounts };
}
