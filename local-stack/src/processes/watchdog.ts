import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { minimalEnvironment } from '../config.ts';
import type { RunDirectory } from './run-directory.ts';

/** Starts the watchdog of a run; `dismiss` lets it go after a clean stop and waits for its end. */
export function startWatchdog(run: RunDirectory): { pid: number; dismiss(): Promise<void> } {
  const log = openSync(run.logFile('watchdog'), 'a');
  const child = spawn(process.execPath, [join(import.meta.dirname, 'watchdog-main.ts'), run.path], {
    detached: true, // its own session: neither Ctrl-C nor a kill of our group reaches it
    stdio: ['pipe', log, log],
    env: minimalEnvironment(),
    cwd: '/',
  });
  closeSync(log);
  const ended = once(child, 'exit');
  child.unref(); // nobody waits for the watchdog; it waits for us
  const lifeline = child.stdin as Socket;
  lifeline.unref();
  return {
    pid: child.pid ?? 0,
    async dismiss() {
      child.ref();
      lifeline.end();
      await ended;
    },
  };
}
