import { existsSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { readConfig } from '../config.ts';
import type { ProcessEnded } from '../processes/process-faults.ts';
import { startOfProcess } from '../processes/process-identity.ts';
import { until } from '../processes/until.ts';
import { openRun, type Run } from '../run.ts';
import type { PartContext } from './part.ts';
import { databaseUrl, query, startPostgres } from './postgres.ts';
import { startRedis } from './redis.ts';

const runs: Run[] = [];
afterEach(async () => {
  for (const run of runs.splice(0)) await run.close();
});

async function openTestRun(onCrash: (crash: ProcessEnded) => void = () => {}): Promise<PartContext> {
  const supervisor = await openRun({ onCrash });
  runs.push(supervisor);
  return { supervisor, cacheDirectory: readConfig().cacheDirectory, javaHome: null };
}

const processIds = ({ supervisor }: PartContext) =>
  supervisor.run.journal.stillRunning().map(({ pid }) => pid);

describe('two stacks on one machine', () => {
  it('have separate ports and data', async () => {
    const [here, there] = await Promise.all([openTestRun(), openTestRun()]);
    const postgres = await Promise.all([startPostgres(here), startPostgres(there)]);
    const redis = await Promise.all([startRedis(here), startRedis(there)]);
    const ports = [...postgres, ...redis].map(({ address }) => new URL(address).port);
    expect(new Set(ports).size).toBe(4);
    await query(postgres[0].address, 'create table only_here ()');
    await expect(query(postgres[1].address, 'select from only_here')).rejects.toThrow('does not exist');
  });
});

describe('Postgres', () => {
  it('serves the empty database of the bank, durably and with statement statistics', async () => {
    const postgres = await startPostgres(await openTestRun());
    expect(postgres.version).toMatch(/^18\./);
    const [settings] = await query(
      postgres.address,
      `select current_database() as database, current_setting('fsync') as fsync, current_setting('timezone') as zone,
              current_setting('max_connections') as connections`,
    );
    expect(settings).toEqual({ database: 'bank', fsync: 'on', zone: 'UTC', connections: '200' });
    await query(postgres.address, 'create extension pg_stat_statements');
    expect(await query(postgres.address, 'select from pg_stat_statements limit 1')).toHaveLength(1);
  });

  it('that is killed is reported with the last lines of its log, and leaves no process', async () => {
    const crashes: ProcessEnded[] = [];
    const context = await openTestRun((crash) => crashes.push(crash));
    const postgres = await startPostgres(context);
    await query(postgres.address, `do $$ begin raise warning 'the last words'; end $$`);
    const [pid] = processIds(context);
    process.kill(pid ?? 0, 'SIGKILL');
    await until(() => crashes.length > 0, { timeoutMs: 5_000 });
    expect(crashes[0]).toMatchObject({ process: 'postgres', exit: { signal: 'SIGKILL' } });
    expect(crashes[0]?.message).toContain('the last words');
    await context.supervisor.stopAll();
  });

  it('and its data are removed after a stop', async () => {
    const context = await openTestRun();
    await startPostgres(context);
    const pids = processIds(context);
    await runs[0]?.close();
    expect(pids.map(startOfProcess)).toEqual([undefined]);
    expect(existsSync(context.supervisor.run.path)).toBe(false);
  });

  it('that is external is used by its address and never stopped', async () => {
    const postgres = await startPostgres(await openTestRun());
    const external = await startPostgres(await openTestRun(), { externalUrl: postgres.address });
    expect(external).toMatchObject({
      origin: 'external',
      version: postgres.version,
      address: postgres.address,
    });
    await external.stop();
    expect(await query(postgres.address, 'select 1 as alive')).toEqual([{ alive: 1 }]);
  });

  it('that cannot be reached by its address is reported before the start', async () => {
    const unreachable = databaseUrl('postgres://postgres:postgres@127.0.0.1:1/bank', {});
    await expect(startPostgres(await openTestRun(), { externalUrl: unreachable })).rejects.toThrow(
      'ECONNREFUSED',
    );
  });
});
