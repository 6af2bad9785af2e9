import {
  createTestDatabase,
  startWireProxy,
  type TestDatabase,
  type WireProxy,
  waitFor,
} from '@core-exit/local-stack/testing';
import pg from 'pg';
import type { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { assertDriver, connect, LIVE_LIMITS } from './data-source.ts';
import { LedgerUnavailable } from './faults.ts';
import { inTransaction } from './transaction.ts';

let db: TestDatabase;
let owner: pg.Pool;
let proxy: WireProxy;
let source: DataSource;

beforeAll(async () => {
  db = await createTestDatabase();
  owner = new pg.Pool({ connectionString: db.url() });
  proxy = await startWireProxy(db.url());
  source = await connect(proxy.through(db.url('interest_service')), 'connections-test');
});
afterAll(async () => {
  await source.destroy();
  await proxy.close();
  await owner.end();
  await db.drop();
});

describe('a connection of the service', () => {
  it('has its limits from the server and from the client', async () => {
    const limits = await source.query<{ name: string; setting: string }[]>(
      `select name, setting from pg_settings
        where name in ('lock_timeout', 'statement_timeout', 'idle_in_transaction_session_timeout') order by name`,
    );
    expect(limits).toEqual([
      { name: 'idle_in_transaction_session_timeout', setting: '10000' },
      { name: 'lock_timeout', setting: '1000' },
      { name: 'statement_timeout', setting: '5000' },
    ]);
    await expect(source.query('select pg_sleep(6)')).rejects.toMatchObject({ code: '57014' });
  });

  it('is refused at the start if TypeORM loaded another driver or the pool dropped an option', () => {
    const options = { query_timeout: 8_000, pipeline: true };
    const driver = (postgres: unknown, given: object) =>
      ({ driver: { postgres, master: { options: given } } }) as unknown as DataSource;
    expect(() => assertDriver(driver(pg, options), LIVE_LIMITS)).not.toThrow();
    expect(() => assertDriver(driver({ native: true }, options), LIVE_LIMITS)).toThrow('pg-native');
    expect(() => assertDriver(driver(pg, { pipeline: true }), LIVE_LIMITS)).toThrow('query_timeout');
    expect(() => assertDriver(driver(pg, { query_timeout: 8_000 }), LIVE_LIMITS)).toThrow('pipeline');
  });

  it('that stops answering in a transaction is never used again, and the next commit contains nothing of that transaction', async () => {
    const insert = (traceId: string) =>
      `insert into interest.access_audit (account_no, trace_id, outcome) values ('1', '${traceId}', 'FOREIGN_ACCOUNT')`;
    // The proxy is slower than the limit of the service, and delivers after the service has given up.
    const patience = Promise.withResolvers<void>();
    const silent = proxy.once({ when: 'before', statement: 'select 1 as silent' }, () => patience.promise);
    const half = inTransaction(source, async (manager) => {
      await manager.query(insert('half'));
      await manager.query('select 1 as silent');
    });
    await expect(half).rejects.toBeInstanceOf(LedgerUnavailable);
    patience.resolve();
    await silent;
    await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        inTransaction(source, (manager) => manager.query(insert(`whole-${i}`))),
      ),
    );
    const kept = await owner.query<{ n: number }>(
      `select count(*)::int as n from interest.access_audit where trace_id = 'half'`,
    );
    expect(kept.rows[0]?.n).toBe(0);
    const open = `select count(*)::int as n from pg_stat_activity where state like 'idle in transaction%'
      and datname = current_database()`;
    await waitFor(async () => (await owner.query<{ n: number }>(open)).rows[0]?.n === 0, {
      timeoutMs: 12_000,
    });
  }, 40_000);
});
