import { join } from 'node:path';
import { QUIET_KAFKAJS } from '../parts/kafka.ts';
import { LOOPBACK } from '../parts/part.ts';
import { acceptsConnections, freePort } from '../processes/ports.ts';
import type { RunningProcess, Supervisor } from '../processes/supervisor.ts';
import { REPOSITORY } from '../run.ts';

/** One process of the bank. */
export type ServiceSpec = {
  /** Unique within the run; names the log file. */
  name: string;
  /** Path of the program within the repository, and its arguments. */
  program: readonly [script: string, ...args: string[]];
  env: Record<string, string>;
  /** Default: a free port. */
  port?: number;
  /** Default `http`: GET /health/ready answers 200. `tcp`: the port accepts connections. */
  ready?: 'http' | 'tcp';
  /** Port of the readiness check if it is not `port`, because several releases share `port`. */
  healthPort?: number;
};

export type Service = RunningProcess & {
  readonly port: number;
  readonly url: string;
  /** The environment that the stack gave the process; it contains secrets. */
  readonly env: Readonly<Record<string, string>>;
};

const HEALTH_WITHIN_MS = 2_000;

/** Starts a service with PORT set and returns when it is ready. */
export async function startService(supervisor: Supervisor, spec: ServiceSpec): Promise<Service> {
  const port = spec.port ?? (await freePort());
  const healthPort = spec.healthPort ?? port;
  const env = { ...spec.env, PORT: String(port) };
  const running = await supervisor.start({
    name: spec.name,
    ...serviceCommand(spec.program),
    env,
    isReady: () => (spec.ready === 'tcp' ? acceptsConnections(healthPort) : isReady(healthPort)),
  });
  return { ...running, port, url: `http://${LOOPBACK}:${port}`, env };
}

/**
 * With Node's default semi-space of 16 MB a service grows beyond 300 MB. With 8 MB payouts are as fast and cached quotes a little
 * slower; with 4 MB cached quotes are slower by a tenth. With a heap of 512 MB, V8 collects garbage when the heap is 1.4 times
 * the live data; with the gigabytes of a large machine, when it is four times. With both settings an instance stays at 170 MB.
 */
const SMALL_HEAP = ['--max-semi-space-size=8', '--max-old-space-size=512'];
/**
 * The growth of the gateway's heap before V8 collects all of it, in hundredths of the live data. The bytes of answers count as
 * heap. By V8's own rule, a shadow that sends a hundred kilobytes more than is compared causes a full collection at every
 * 65th answer, and each collection takes both processors for 30 ms. With this setting it is every 500th answer.
 */
const GATEWAY_HEAP = [...SMALL_HEAP, '--heap-growing-percent=200'];
const GATEWAY = 'comparator/src/main.ts';

/** The command that runs a program of this repository: the Node of this process, on the TypeScript file. */
export function serviceCommand([script, ...args]: ServiceSpec['program']): {
  command: string;
  args: string[];
} {
  return {
    command: process.execPath,
    args: [
      QUIET_KAFKAJS,
      ...(script === GATEWAY ? GATEWAY_HEAP : SMALL_HEAP),
      join(REPOSITORY, script),
      ...args,
    ],
  };
}

async function isReady(port: number): Promise<boolean> {
  const response = await fetch(`http://${LOOPBACK}:${port}/health/ready`, {
    signal: AbortSignal.timeout(HEALTH_WITHIN_MS),
  });
  await response.body?.cancel();
  return response.ok;
}
