import { createTestDatabase, type TestDatabase } from '@core-exit/local-stack/testing';
import pg from 'pg';
import type { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { postgresSealBook } from '../audit/seals/seals.sql.ts';
import { postgresReplies } from '../payout/prune.sql.ts';
import { postgresReconciler } from '../tax/reconciliation/reconciliation.sql.ts';
import { LOCKS } from './advisory-locks.ts';
import { connectToBooks } from './books-connection.ts';
import { connect } from './data-source.ts';

let db: TestDatabase;
let source: DataSource;
let books: pg.Client;
let holder: pg.Client;

beforeAll(async () => {
  db = await createTestDatabase();
  source = await connect(db.url('interest_service'), 'locks-test');
  const url = db.url('interest_service');
  books = await connectToBooks(url, { applicationName: 'locks-test', readOnly: false });
  holder = new pg.Client({ connectionString: db.url() });
  await holder.connect();
});
afterAll(async () => {
  await Promise.all([source.destroy(), books.end(), holder.end()]);
  await db.drop();
});

/** Each job as its process runs it; null while another process runs the same job. */
const JOBS = {
  prune: () => postgresReplies(source).deleteOlderThan(72, 10),
  reconciliation: async () => {
    const reconciler = postgresReconciler(source);
    const { today } = await reconciler.dates();
    return reconciler.run({ from: today, to: today, whole: false }, { repair: true });
  },
  seal: async () => {
    const sealed = await postgresSealBook(books).exclusively(async () => 'sealed' as const);
    return sealed === 'busy' ? null : sealed;
  },
} satisfies Partial<Record<keyof typeof LOCKS, () => Promise<unknown>>>;
const names = Object.keys(JOBS) as (keyof typeof JOBS)[];

describe('the jobs that one process does at a time', () => {
  it('each have a lock of their own', () => {
    expect(new Set(Object.values(LOCKS)).size).toBe(Object.keys(LOCKS).length);
  });

  it.each(names)('%s waits for no other job', async (held) => {
    await holder.query('select pg_advisory_lock($1)', [LOCKS[held]]);
    const kept = [];
    for (const name of names) if ((await JOBS[name]()) === null) kept.push(name);
    await holder.query('select pg_advisory_unlock($1)', [LOCKS[held]]);
    expect(kept).toEqual([held]);
  });
});
