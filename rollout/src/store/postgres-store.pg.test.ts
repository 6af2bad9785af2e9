import { randomBytes } from 'node:crypto';
import { createTestDatabase, type TestDatabase } from '@core-exit/local-stack/testing';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { planOf } from '../../testing/plan.ts';
import { draftOf, storeContract } from '../../testing/store-contract.ts';
import { stageOf } from '../plan/plan.ts';
import { verifyChain } from './chain.ts';
import { postgresStore } from './postgres-store.sql.ts';
import { startStageOrderReader } from './stage-order-reader.sql.ts';
import type { Store } from './store.ts';

let database: TestDatabase;
let owner: pg.Client;
const stores: Store[] = [];
beforeAll(async () => {
  database = await createTestDatabase();
  owner = new pg.Client({ connectionString: database.url() });
  await owner.connect();
});
afterAll(async () => {
  await Promise.all(stores.map((store) => store.close()));
  await owner.end();
  await database.drop();
});

function open(flag = `flag-${randomBytes(4).toString('hex')}`): Store {
  const store = postgresStore({
    databaseUrl: database.url('rollout'),
    flag,
    clockFunction: 'clock_timestamp',
  });
  stores.push(store);
  return store;
}
const shadow = stageOf(planOf(), 'shadow');

describe('the store in Postgres', () => storeContract(() => open()));

async function asRollout(statement: string): Promise<unknown> {
  const client = new pg.Client({ connectionString: database.url('rollout') });
  await client.connect();
  try {
    return await client.query(statement);
  } finally {
    await client.end();
  }
}

test.each([
  ['changed', `update rollout.decision set body = '{}'`],
  ['deleted', 'delete from rollout.decision'],
  ['truncated', 'truncate rollout.decision'],
  ['inserted without the function', `insert into rollout.decision values ('f', 1, '', '', '', '', '')`],
])('a decision cannot be %s by the role that writes it', async (_what, statement) => {
  await expect(asRollout(statement)).rejects.toThrow(/permission denied|append-only/);
});

test.each([
  ['changed', `update rollout.decision set body = '{}'`],
  ['deleted', 'delete from rollout.decision'],
  ['truncated', 'truncate rollout.decision'],
])('a decision cannot be %s by the owner of the schema', async (_what, statement) => {
  await open().record(draftOf('drift'));
  await expect(owner.query(statement)).rejects.toThrow('append-only');
});

test('a record that a superuser rewrote without the trigger is detected by its number', async () => {
  const flag = 'rewritten';
  const store = open(flag);
  for (let i = 0; i < 3; i += 1) await store.record(draftOf('drift'));
  await owner.query('begin');
  await owner.query('alter table rollout.decision disable trigger append_only');
  await owner.query('alter table rollout.decision drop constraint decision_check');
  await owner.query(`update rollout.decision set body = '{"action":"nothing"}' where flag = $1 and seq = 2`, [
    flag,
  ]);
  const { rows } = await owner.query(
    `select flag, seq::int, at, db_user as "dbUser", body, previous_hash as "previousHash", hash
       from rollout.decision where flag = $1 order by seq`,
    [flag],
  );
  await owner.query('rollback');
  expect(await verifyChain(rows, null)).toMatchObject({ kind: 'broken', atSeq: 2 });
});

test('many concurrent connections make one chain without a gap', async () => {
  const flag = 'crowded';
  const all = Array.from({ length: 8 }, () => open(flag));
  await Promise.all(
    Array.from({ length: 80 }, (_, i) => (all[i % all.length] ?? open(flag)).record(draftOf('drift'))),
  );
  const records = await open(flag).decisionsAfter(0, 100);
  expect(await verifyChain(records, null)).toMatchObject({ kind: 'whole', records: 80 });
});

test('the role of a gateway can read a stop and nothing else', async () => {
  const flag = 'stopped';
  await open(flag).move({ to: shadow, held: true, draft: draftOf('stop') });
  const reader = await startStageOrderReader(database.url('comparator'), flag, () => undefined);
  expect(reader.current()).toMatchObject({
    kind: 'ordered',
    order: { stage: 'shadow', held: true, primary: 'legacy', shadow: 1 },
  });
  await reader.close();
  const gateway = new pg.Client({ connectionString: database.url('comparator') });
  await gateway.connect();
  await expect(gateway.query(`update rollout.stage set held = false`)).rejects.toThrow('permission denied');
  await expect(gateway.query('select from rollout.decision')).rejects.toThrow('permission denied');
  await gateway.end();
});

test('when the lease of a crashed controller expires another one takes over, and a late move of the first is refused', async () => {
  const flag = 'followed';
  const [crashed, next] = [open(flag), open(flag)];
  const expire = (table: 'lease' | 'told') =>
    owner.query(`update rollout.${table} set until = clock_timestamp() - interval '1 ms' where flag = $1`, [
      flag,
    ]);
  expect(await crashed.holdLease('crashed')).toBe(true);
  expect(await next.holdLease('next')).toBe(false);
  await expire('lease');
  const late = () => crashed.move({ to: shadow, draft: draftOf('advance'), ifHolder: 'crashed' });
  expect(await late()).toMatchObject({ kind: 'overtaken' }); // the lease expired, although no other controller has it yet
  expect(await next.holdLease('next')).toBe(true);
  expect(await crashed.holdLease('crashed')).toBe(false);
  expect(await late()).toMatchObject({ kind: 'overtaken' });
  const own = await next.move({ to: shadow, draft: draftOf('advance'), ifHolder: 'next' });
  expect(own).toMatchObject({ kind: 'moved' });
  expect(await crashed.nextUnsent('crashed')).toMatchObject({ seq: 1 });
  expect(await next.nextUnsent('next')).toBeNull();
  await expire('told');
  expect(await next.nextUnsent('next')).toMatchObject({ seq: 1 });
});

test('a database that is down is a fault with advice for the operator', async () => {
  const store = postgresStore({ databaseUrl: 'postgres://x@127.0.0.1:9/x', flag: 'f', clockFunction: 'now' });
  await expect(store.read()).rejects.toMatchObject({
    code: 'STORE',
    next: expect.stringContaining('DATABASE_URL'),
  });
  await store.close();
});

test('without a successful read the stage order is unread', async () => {
  const reader = await startStageOrderReader('postgres://x@127.0.0.1:9/x', 'f', () => undefined);
  expect(reader.current()).toEqual({ kind: 'unread' });
  await reader.close();
});
