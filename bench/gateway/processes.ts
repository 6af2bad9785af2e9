import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { OPERATIONS_PATH } from './operations.ts';

const START_ATTEMPTS = 600;

export type Part = { port: number; url: string; pid: number };

/** Processes of one bench; all of them end with it. */
export class Parts {
  private readonly children: ChildProcess[] = [];
  private readonly directories: string[] = [];

  /** A `*-main.ts` of this directory; its first argument is the port. */
  node(main: string, ...args: string[]): Promise<Part> {
    return this.start((port) => [process.execPath, join(import.meta.dirname, main), String(port), ...args]);
  }

  /** The gateway as a user starts it. Its admin port is the second one. */
  async gateway(legacyUrl: string, newUrl: string): Promise<Part & { adminUrl: string }> {
    const adminPort = await freePort();
    const main = join(import.meta.dirname, '../../comparator/src/main.ts');
    const files = ['--operations', OPERATIONS_PATH, '--legacy', legacyUrl, '--new', newUrl];
    const part = await this.start((port) => [
      process.execPath,
      main,
      'try',
      ...files,
      '--port',
      String(port),
      '--admin-port',
      String(adminPort),
      '--json',
    ]);
    return { ...part, adminUrl: `http://127.0.0.1:${adminPort}` };
  }

  /** nginx as a reverse proxy with kept connections; with a mirror where one is named. */
  nginx(legacyPort: number, mirrorPort: number | null): Promise<Part> {
    const directory = mkdtempSync(join(tmpdir(), 'bench-nginx-'));
    this.directories.push(directory);
    return this.start((port) => {
      writeFileSync(join(directory, 'nginx.conf'), nginxConf(directory, port, legacyPort, mirrorPort));
      return [
        'nginx',
        '-c',
        join(directory, 'nginx.conf'),
        '-p',
        directory,
        '-e',
        join(directory, 'error.log'),
      ];
    });
  }

  async stop(): Promise<void> {
    await Promise.all(
      this.children.splice(0).map(
        (child) =>
          new Promise<void>((resolve) => {
            if (child.exitCode !== null || child.signalCode !== null) return resolve();
            child.once('exit', () => resolve());
            child.kill('SIGTERM');
            setTimeout(() => child.kill('SIGKILL'), 2_000).unref();
          }),
      ),
    );
    for (const directory of this.directories.splice(0)) rmSync(directory, { recursive: true, force: true });
  }

  private async start(command: (port: number) => string[]): Promise<Part> {
    const port = await freePort();
    const [program = '', ...args] = command(port);
    const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'ignore'] });
    this.children.push(child);
    child.on('error', () => undefined); // the wait below ends with it
    for (let i = 0; i < START_ATTEMPTS; i += 1) {
      if (await answers(port)) return { port, url: `http://127.0.0.1:${port}`, pid: child.pid ?? 0 };
      if (child.exitCode !== null) break;
      await pause(50);
    }
    throw new Error(`${program} ${args.join(' ')} did not start`);
  }
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
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

function nginxConf(directory: string, port: number, legacyPort: number, mirrorPort: number | null): string {
  const mirror =
    mirrorPort === null
      ? ''
      : `location = /_mirror { internal; proxy_pass http://shadow$request_uri; proxy_http_version 1.1; proxy_set_header Connection ""; }`;
  const shadow =
    mirrorPort === null ? '' : `upstream shadow { server 127.0.0.1:${mirrorPort}; keepalive 128; }`;
  return `daemon off; worker_processes 1; pid ${directory}/nginx.pid; error_log ${directory}/error.log crit;
events { worker_connections 4096; }
http { access_log off; client_body_temp_path ${directory}/b; proxy_temp_path ${directory}/p; fastcgi_temp_path ${directory}/f;
  uwsgi_temp_path ${directory}/u; scgi_temp_path ${directory}/s; keepalive_requests 1000000;
  upstream legacy { server 127.0.0.1:${legacyPort}; keepalive 128; keepalive_requests 1000000; } ${shadow}
  server { listen 127.0.0.1:${port}; ${mirror}
    location / { ${mirrorPort === null ? '' : 'mirror /_mirror; mirror_request_body off;'} proxy_pass http://legacy; proxy_http_version 1.1; proxy_set_header Connection ""; } } }
`;
}

/** Megabytes of memory a process holds. */
export function residentMb(pid: number): number {
  const pages = Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]);
  return (pages * 4_096) / 1_048_576;
}
