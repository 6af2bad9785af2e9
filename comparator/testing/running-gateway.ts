import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type FakeRollout, fakeRollout } from '@core-exit/rollout/testing';
import { pino } from 'pino';
import { BoundedSemaphore } from '../src/gateway/bounded-semaphore.ts';
import { comparisonThread } from '../src/gateway/comparison-thread.ts';
import { coreClient } from '../src/gateway/core-client.ts';
import type { GatewayParts } from '../src/gateway/ports.ts';
import { gatewayServer } from '../src/gateway/server.ts';
import { Tally } from '../src/store/tally.ts';
import type { Observation } from '../src/verdict/observation.ts';
import { thingService } from './thing-service.ts';

export type TestGateway = {
  url: string;
  rollout: FakeRollout;
  observations: Observation[];
  tally: Tally;
  log: string[];
  /** Resolves when every request has its verdict and every follow-up has ended. */
  settled(): Promise<void>;
  stop(): Promise<void>;
};

/** The gateway's server in front of two addresses, with a fake flag and verdicts in memory. */
export async function startGateway(
  urls: { legacy: string; new: string },
  change: Partial<GatewayParts> = {},
): Promise<TestGateway> {
  const observations: Observation[] = [];
  const log: string[] = [];
  const tally = new Tally();
  const rollout = fakeRollout('shadow');
  const cores = { legacy: coreClient(urls.legacy), new: coreClient(urls.new) };
  let id = 0;
  const gateway: GatewayParts = {
    service: thingService,
    serviceToken: 'gateway-token',
    rollout,
    cores,
    deadlines: { primaryMs: 5_000, shadowMs: 400, followUpMs: 400 },
    shadows: new BoundedSemaphore(4, 8),
    followUps: new BoundedSemaphore(4, 8),
    recorder: {
      requested: () => tally.requested(),
      settled: (observation) => {
        tally.settled(observation);
        observations.push(observation);
      },
    },
    now: () => new Date(),
    newId: () => `case-${++id}`,
    thread: comparisonThread(join(import.meta.dirname, 'things-operations.ts')),
    encryptRequest: null,
    log: pino({ level: 'info' }, { write: (line: string) => void log.push(line) }),
    ...change,
  };
  const app = gatewayServer(
    gateway,
    async (authorization) => authorization?.replace('Customer ', '') ?? null,
  );
  await app.listen({ port: 0, host: '127.0.0.1' });
  const { port } = app.server.address() as AddressInfo;
  const settled = async (): Promise<void> => {
    await Promise.all([tally.allSettled(), gateway.followUps.idle()]);
  };
  const stop = async (): Promise<void> => {
    await app.close();
    await Promise.all([gateway.thread.close(), cores.legacy.close(), cores.new.close()]);
  };
  return { url: `http://127.0.0.1:${port}`, rollout, observations, tally, log, settled, stop };
}
