import { createTestDatabase, type TestDatabase } from '@core-exit/local-stack/testing';
import pg from 'pg';
import type { DataSource } from 'typeorm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { LOCKS } from '../ledger/advisory-locks.ts';
import { connect } from '../ledger/data-source.ts';
import { postgresReplies } from './prune.sql.ts';
import { prune } from './prune.ts';

let db: TestDatabase;
let owner: pg.Pool;
let source: DataSource;

beforeAll(async () => {
  db = await createTestDatabase();
  owner = new pg.Pool({ connectionString: db.url() });
  source = await connect(db.url('interest_service'), 'prune-test');
});
afterAll(async () => {
  await source.destroy();
  await owner.end();
  await db.drop();
});
beforeEach(async () => {
  await owner.query('delete from interest.reply');
  await owner.query(
    `insert into interest.reply (customer_id, channel_key, request_hash, problem, created_at)
     select 'C000000001', 'key-' || age, 'hash', '{}'::jsonb, clock_timestamp() - make_interval(mins => age)
       from generate_series(1, 3) hour, lateral (values (hour), (72 * 60 - hour), (72 * 60 + hour)) a (age)
     union all
     select 'C000000002', 'key-' || i, 'hash', '{}'::jsonb, clock_timestamp() - interval '90 hours' from generate_series(1, 2500) i`,
  );
});

const left = async (): Promise<number> =>
  (await owner.query<{ n: number }>('select count(*)::int as n from interest.reply')).rows[0]?.n ?? -1;

describe('the pruner', () => {
  it('deletes replies older than 72 hours in batches, and none that is younger', async () => {
    const batches: number[] = [];
    const pruned = await prune(postgresReplies(source), new AbortController().signal, (n) => batches.push(n));
    expect(pruned).toEqual({ kind: 'done', replies: 2_503 });
    expect(batches).toEqual([1_000, 2_000, 2_503]);
    expect(await left()).toBe(6);
  });

  it('leaves the work to another pruner that is running, and continues after it was stopped', async () => {
    const other = await owner.connect();
    await other.query('begin');
    await other.query('select pg_advisory_xact_lock($1)', [LOCKS.prune]);
    const stored = postgresReplies(source);
    expect(await prune(stored, new AbortController().signal)).toEqual({ kind: 'another pruner is running' });
    await other.query('rollback');
    other.release();
    const abort = new AbortController();
    expect(await prune(stored, abort.signal, () => abort.abort())).toEqual({ kind: 'done', replies: 1_000 });
    expect(await prune(stored, new AbortController().signal)).toEqual({ kind: 'done', replies: 1_503 });
  });
});
