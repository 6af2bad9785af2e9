import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { minimalEnvironment } from '../config.ts';
import type { RunDirectory } from './run-directory.ts';

/** Starts the watchdog of a run; `dismiss` ends the watchdog after a clean stop and waits for its end. */
export function startWatchdog(run: RunDirectory): { pid: number; dismiss(): Promise<void> } {
  const log = openSync(run.logFile('watchdog'), 'a');
  const child = spawn(process.execPath, [join(import.meta.dirname, 'watchdog-main.ts'), run.path], {
    detached: true, // its own session, so that neither Ctrl-C nor a signal to this group reaches it
    stdio: ['pipe', log, log],
    env: minimalEnvironment(),
    cwd: '/',
  });
  closeSync(log);
  const ended = once(child, 'exit');
  child.unref(); // this process may end without waiting for the watchdog
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
