import { randomBytes } from 'node:crypto';
import { createTestDatabase, type TestDatabase } from '@core-exit/local-stack/testing';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { stageOf } from '../plan.ts';
import { planOf } from '../plan-testing.ts';
import { startStopOrderReader } from '../stop-order-reader.ts';
import { verifyChain } from './chain.ts';
import { postgresStore } from './postgres-store.ts';
import type { Store } from './store.ts';
import { decided, storeContract } from './store-contract.ts';

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
  const store = postgresStore({ databaseUrl: database.url('rollout'), flag, clockFunction: 'core.bank_now' });
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
  ['cut', 'truncate rollout.decision'],
  ['put in past the chain', `insert into rollout.decision values ('f', 1, '', '', '', '', '')`],
])('a decision cannot be %s by the role that writes it', async (_what, statement) => {
  await expect(asRollout(statement)).rejects.toThrow(/permission denied|append-only/);
});

test.each([
  ['changed', `update rollout.decision set body = '{}'`],
  ['deleted', 'delete from rollout.decision'],
  ['cut', 'truncate rollout.decision'],
])('nor by the owner: %s', async (_what, statement) => {
  await open().record(decided('drift'));
  await expect(owner.query(statement)).rejects.toThrow('append-only');
});

test('a record that a superuser rewrote behind the trigger is found, by its number', async () => {
  const flag = 'rewritten';
  const store = open(flag);
  for (let i = 0; i < 3; i += 1) await store.record(decided('drift'));
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

test('many connections at once make one chain without a gap', async () => {
  const flag = 'crowded';
  const all = Array.from({ length: 8 }, () => open(flag));
  await Promise.all(
    Array.from({ length: 80 }, (_, i) => (all[i % all.length] ?? open(flag)).record(decided('drift'))),
  );
  const records = await open(flag).decisionsAfter(0, 100);
  expect(await verifyChain(records, null)).toMatchObject({ kind: 'whole', records: 80 });
});

test('the role of a gateway can read a stop, and nothing else', async () => {
  const flag = 'stopped';
  await open(flag).move({ to: shadow, held: true, decided: decided('stop') });
  const reader = await startStopOrderReader(database.url('comparator'), flag, () => undefined);
  expect(reader.current()).toMatchObject({ stage: 'shadow', held: true, primary: 'legacy', shadow: 1 });
  await reader.close();
  const gateway = new pg.Client({ connectionString: database.url('comparator') });
  await gateway.connect();
  await expect(gateway.query(`update rollout.stage set held = false`)).rejects.toThrow('permission denied');
  await expect(gateway.query('select from rollout.decision')).rejects.toThrow('permission denied');
  await gateway.end();
});

test('a controller that died is followed when its lease runs out, and what it still wanted is not done', async () => {
  const flag = 'followed';
  const [dead, next] = [open(flag), open(flag)];
  const expire = (table: 'lease' | 'told') =>
    owner.query(`update rollout.${table} set until = clock_timestamp() - interval '1 ms' where flag = $1`, [
      flag,
    ]);
  expect(await dead.holdLease('dead')).toBe(true);
  expect(await next.holdLease('next')).toBe(false);
  await expire('lease');
  const late = () => dead.move({ to: shadow, decided: decided('advance'), ifHolder: 'dead' });
  expect(await late()).toMatchObject({ kind: 'overtaken' }); // run out, though nobody followed yet
  expect(await next.holdLease('next')).toBe(true);
  expect(await dead.holdLease('dead')).toBe(false);
  expect(await late()).toMatchObject({ kind: 'overtaken' });
  const mine = await next.move({ to: shadow, decided: decided('advance'), ifHolder: 'next' });
  expect(mine).toMatchObject({ kind: 'moved' });
  expect(await dead.toTell('dead')).toMatchObject({ seq: 1 });
  expect(await next.toTell('next')).toBeNull();
  await expire('told');
  expect(await next.toTell('next')).toMatchObject({ seq: 1 });
});

test('a database that is away is said in words that help', async () => {
  const store = postgresStore({ databaseUrl: 'postgres://x@127.0.0.1:9/x', flag: 'f', clockFunction: 'now' });
  await expect(store.look()).rejects.toMatchObject({
    code: 'STORE',
    next: expect.stringContaining('DATABASE_URL'),
  });
  await store.close();
});

test('a stop order that was never read is unknown; one that was read stays in force when the database goes', async () => {
  const away = await startStopOrderReader('postgres://x@127.0.0.1:9/x', 'f', () => undefined);
  expect(away.current()).toBeUndefined();
  await away.close();
});
