import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url));

type RunningCommand = {
  readonly process: ChildProcess;
  readonly ended: Promise<{ code: number | null; out: string; err: string }>;
};

/** Starts `interest-service ARGS` as a process of its own. */
export function startCommand(databaseUrl: string, args: string[]): RunningCommand {
  const child = spawn(process.execPath, [MAIN, ...args], {
    env: { DATABASE_URL: databaseUrl },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = Promise.all([once(child, 'exit'), text(child.stdout), text(child.stderr)]).then(
    ([[code], out, err]) => ({ code: code as number | null, out, err }),
  );
  return { process: child, ended };
}

/** Runs `interest-service ARGS` to its end. */
export function runCommand(databaseUrl: string, args: string[]): RunningCommand['ended'] {
  return startCommand(databaseUrl, args).ended;
}

/** The lines of JSON in the output of a command. */
export function jsonLines(out: string): Record<string, unknown>[] {
  return out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}
