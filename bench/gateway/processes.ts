import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { constants, setPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort, serviceCommand } from '@core-exit/local-stack/bench';
import { nginxConf } from './nginx-conf.ts';
import { OPERATIONS_PATH } from './operations.ts';

const START_ATTEMPTS = 600;
const SHOWN_STDERR = 2_000;

export type Part = { port: number; url: string; pid: number };
export type GatewayPart = Part & { adminUrl: string };

/** Processes of one bench; all of them end with the bench. */
export class Parts {
  private readonly children: ChildProcess[] = [];
  private readonly directory = mkdtempSync(join(tmpdir(), 'bench-gateway-'));

  /** Starts a `*-main.ts` of this directory; its first argument is the port. */
  node(main: string, ...args: string[]): Promise<Part> {
    return this.start((port) => [process.execPath, join(import.meta.dirname, main), String(port), ...args]);
  }

  /** The gateway as `try` starts it, without a database. */
  async gateway(legacyUrl: string, newUrl: string): Promise<GatewayPart> {
    const adminPort = await freePort();
    const cores = ['--operations', OPERATIONS_PATH, '--legacy', legacyUrl, '--new', newUrl];
    const part = await this.start((port) => {
      const ports = ['--port', String(port), '--admin-port', String(adminPort)];
      const { command, args } = serviceCommand([
        'comparator/src/main.ts',
        'try',
        ...cores,
        ...ports,
        '--json',
      ]);
      return [command, ...args];
    });
    return { ...part, adminUrl: `http://127.0.0.1:${adminPort}` };
  }

  /** nginx as a reverse proxy; with a mirror if `mirrorPort` is given. */
  nginx(legacyPort: number, mirrorPort: number | null): Promise<Part> {
    return this.start((port) => {
      const directory = join(this.directory, `nginx-${port}`);
      mkdirSync(directory);
      const file = join(directory, 'nginx.conf');
      writeFileSync(file, nginxConf({ directory, port, legacyPort, mirrorPort }));
      return ['nginx', '-c', file, '-p', directory, '-e', join(directory, 'nginx.log')];
    });
  }

  async stop(): Promise<void> {
    await Promise.all(
      this.children.splice(0).map(
        (child) =>
          new Promise<void>((resolve) => {
            if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null)
              return resolve();
            child.once('exit', () => resolve());
            child.kill('SIGTERM');
            setTimeout(() => child.kill('SIGKILL'), 2_000).unref();
          }),
      ),
    );
    rmSync(this.directory, { recursive: true, force: true });
  }

  /** Standard error goes to a file, because reading a pipe would take processor time from what the bench measures. */
  private async start(command: (port: number) => string[]): Promise<Part> {
    const port = await freePort();
    const [program = '', ...args] = command(port);
    const log = join(this.directory, `${port}.log`);
    const fd = openSync(log, 'w');
    const child = spawn(program, args, { stdio: ['ignore', 'ignore', fd] });
    closeSync(fd);
    this.children.push(child);
    let failure = '';
    child.on('error', (error) => {
      failure = error.message;
    });
    for (let i = 0; i < START_ATTEMPTS && failure === ''; i += 1) {
      if (await answers(port)) return { port, url: `http://127.0.0.1:${port}`, pid: child.pid ?? 0 };
      if (child.exitCode !== null) break;
      await pause(50);
    }
    const output = readFileSync(log, 'utf8').slice(-SHOWN_STDERR);
    throw new Error(`${program} ${args.join(' ')} did not start: ${failure}\n${output}`);
  }
}

/** Gives a process low priority: in production it runs on another machine, so here it must not slow down what is measured. */
export function lowPriority(part: Part): Part {
  setPriority(part.pid, constants.priority.PRIORITY_LOW);
  return part;
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
