import { join } from 'node:path';
import { QUIET_KAFKAJS } from '../parts/kafka.ts';
import { LOOPBACK } from '../parts/part.ts';
import { acceptsConnections, freePort } from '../processes/ports.ts';
import type { RunningProcess, Supervisor } from '../processes/supervisor.ts';
import { REPOSITORY } from '../run.ts';

/** One process of the bank's own. */
export type ServiceSpec = {
  /** Unique within the run; names the log file. */
  name: string;
  /** Path of the program within the repository, and its arguments. */
  program: readonly [script: string, ...args: string[]];
  env: Record<string, string>;
  /** Default: a free one. */
  port?: number;
  /** Default `http`: GET /health/ready answers 200. `tcp`: the port accepts connections. */
  ready?: 'http' | 'tcp';
  /** Where readiness is asked when it is not `port` (several versions behind one port). */
  healthPort?: number;
};

export type Service = RunningProcess & { readonly port: number; readonly url: string };

const READY_WITHIN_MS = 30_000;
const HEALTH_WITHIN_MS = 2_000;

/** Starts a service with PORT set and answers when it is ready. */
export async function startService(supervisor: Supervisor, spec: ServiceSpec): Promise<Service> {
  const port = spec.port ?? (await freePort());
  const healthPort = spec.healthPort ?? port;
  const running = await supervisor.start({
    name: spec.name,
    ...serviceCommand(spec.program),
    env: { ...spec.env, PORT: String(port) },
    isReady: () => (spec.ready === 'tcp' ? acceptsConnections(healthPort) : answersReady(healthPort)),
    readyWithinMs: READY_WITHIN_MS,
  });
  return { ...running, port, url: `http://${LOOPBACK}:${port}` };
}

/**
 * Node's default of 16 MB lets a service grow beyond 300 MB; with 8 it pays as fast and stays smaller. Kept quotes pay a
 * little for it, and with 4 a tenth. With a whole heap of 512 MB V8 lets garbage grow to 1.4 times of what lives
 * before it collects, with the gigabytes of a large machine to four times. With both an instance stays at 170 MB.
 */
const SMALL_HEAP = ['--max-semi-space-size=8', '--max-old-space-size=512'];
/**
 * What V8 lets the gateway's heap grow to before it collects all of it, in hundredths of what lives. Bytes of answers count
 * as heap, so by its own rule a shadow that sends a hundred kilobytes more than is compared has it collect at every 65th answer, with
 * threads that take both processors for 30 ms; with this at every 500th.
 */
const GATEWAY_HEAP = [...SMALL_HEAP, '--heap-growing-percent=200'];
const GATEWAY = 'comparator/src/main.ts';

/** How a program of this repository is run: our Node on the TypeScript itself. */
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

async function answersReady(port: number): Promise<boolean> {
  const response = await fetch(`http://${LOOPBACK}:${port}/health/ready`, {
    signal: AbortSignal.timeout(HEALTH_WITHIN_MS),
  });
  await response.body?.cancel();
  return response.ok;
}
