import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort, query, type Service, startService } from '@core-exit/local-stack/bench';
import { cpuUsOfTree } from '../process-usage.ts';
import type { BenchBank } from './bank.ts';
import { functionSql, pgbench } from './pgbench.ts';
import { wrk } from './wrk.ts';

const run = promisify(execFile);

/** Enough to keep two processors busy; few enough that no request waits for a connection. */
const CLIENTS = 16;

export type RungResult = {
  /** Number of payouts, or of calls of the route that does nothing. */
  done: number;
  seconds: number;
  /** Answers that were not 2xx. */
  notOk: number;
  /** CPU of the processes between the load and the database, in microseconds. */
  serviceCpuUs: number;
};

export type Rung = {
  name: string;
  pays: boolean;
  /** `round`: a different number for each call. */
  run(seconds: number, round: number): Promise<RungResult>;
};

/** From the bare limits to the whole service. The processes of all rungs run during all rounds. */
export async function startRungs(bank: BenchBank): Promise<{ rungs: Rung[]; services: Service[] }> {
  await query(bank.ownerUrl, functionSql());
  const noOp = await startRoute(bank, 'no-op');
  const route = await startRoute(bank, 'driver');
  const one = await startInstance(bank, 'one');
  const pairPort = await freePort();
  const pair = [await startInstance(bank, 'pair-a', pairPort), await startInstance(bank, 'pair-b', pairPort)];
  const byPgbench = (name: string, script: 'statements' | 'function'): Rung => ({
    name,
    pays: true,
    async run(seconds, round) {
      const { payouts, seconds: took } = await pgbench(bank, script, { seconds, clients: CLIENTS, round });
      return { done: payouts, seconds: took, notOk: 0, serviceCpuUs: 0 };
    },
  });
  const byHttp = (name: string, services: Service[], pays = true): Rung => ({
    name,
    pays,
    async run(seconds, round) {
      const before = cpuOfAll(services);
      const {
        requests,
        notOk,
        seconds: took,
      } = await wrk(bank, services[0]?.url ?? '', {
        seconds,
        connections: CLIENTS * services.length,
        round,
      });
      return { done: requests, seconds: took, notOk, serviceCpuUs: cpuOfAll(services) - before };
    },
  });
  const rungs = [
    byHttp('a route that does nothing', [noOp], false),
    byPgbench('pgbench, one SQL function', 'function'),
    byPgbench('pgbench, the same statements', 'statements'),
    byDriver(bank),
    byHttp('bare HTTP + driver', [route]),
    byHttp('full service', [one]),
    byHttp('full service, two instances', pair),
  ];
  return { rungs, services: [one, ...pair] };
}

function byDriver(bank: BenchBank): Rung {
  return {
    name: 'driver only',
    pays: true,
    async run(seconds, round) {
      const { stdout } = await run(process.execPath, [
        join(import.meta.dirname, 'driver-main.ts'),
        bank.serviceUrl,
        bank.accountsFile,
        String(seconds),
        String(CLIENTS),
        String(round),
      ]);
      const { payouts, cpuUs } = JSON.parse(stdout) as { payouts: number; cpuUs: number };
      return { done: payouts, seconds, notOk: 0, serviceCpuUs: cpuUs };
    },
  };
}

const cpuOfAll = (services: readonly Service[]): number =>
  services.reduce((sum, { pid }) => sum + cpuUsOfTree(pid), 0);

async function startRoute(bank: BenchBank, kind: 'no-op' | 'driver'): Promise<Service> {
  const port = await freePort();
  return await startService(bank.run, {
    name: `route-${kind}`,
    program: ['bench/payout/route-main.ts', kind, String(port), bank.serviceUrl, bank.accountsFile],
    port,
    env: {},
  });
}

export async function startInstance(bank: BenchBank, name: string, port?: number): Promise<Service> {
  const healthPort = await freePort();
  return await startService(bank.run, {
    name: `interest-service-${name}`,
    program: ['interest-service/src/main.ts', 'serve'],
    port: port ?? (await freePort()),
    healthPort,
    env: {
      DATABASE_URL: bank.serviceUrl,
      REDIS_URL: bank.redisUrl,
      AUTH_JWKS: bank.jwks,
      HEALTH_PORT: String(healthPort),
      LOG_LEVEL: 'warn',
    },
  });
}
