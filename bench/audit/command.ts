import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';

const LOOK_EVERY_MS = 50;

/** `code` null: killed. `mostMb`: resident memory at its greatest. */
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
  const looking = setInterval(() => {
    mostMb = Math.max(mostMb, mostResidentMb(child.pid));
  }, LOOK_EVERY_MS);
  const ended = Promise.all([once(child, 'exit'), text(child.stdout), text(child.stderr)]).then(
    ([[code], out, err]) => {
      clearInterval(looking);
      return { code: code as number | null, out, err, seconds: (performance.now() - began) / 1_000, mostMb };
    },
  );
  return { child, ended };
}

export function runToEnd(databaseUrl: string, args: string[]): Promise<Ended> {
  return start(databaseUrl, args).ended;
}

/** Kills it as soon as its file of --resume is there; answers how many accounts were done by then. */
export async function killOnceKept(
  { child, ended }: Running,
  file: string,
): Promise<{ killed: Ended; done: number }> {
  while (!existsSync(file) && child.exitCode === null) await sleep(LOOK_EVERY_MS);
  child.kill('SIGKILL');
  const killed = await ended;
  if (!existsSync(file)) return { killed, done: 0 };
  const kept = JSON.parse(readFileSync(file, 'utf8')) as { state: { tally: { accounts: number } } };
  return { killed, done: kept.state.tally.accounts };
}

/** The most it ever had, as the kernel counts it; 0 when it is gone. */
function mostResidentMb(pid: number | undefined): number {
  try {
    const kb = /VmHWM:\s+([0-9]+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return Number(kb ?? 0) / 1_024;
  } catch {
    return 0;
  }
}
