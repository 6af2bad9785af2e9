import { createTestDatabase, type TestDatabase } from '@core-exit/local-stack/testing';
import type pg from 'pg';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { observation } from '../../testing/observation.ts';
import { alertMessage } from '../alerts/message.ts';
import { openDatabase } from './database.ts';
import { maintainDayPartitions } from './day-partitions.sql.ts';
import { readComparison, readSignatures } from './read.sql.ts';
import { createRecorder, type StoreRecorder } from './recorder.ts';
import { type Triage, triage } from './triage.sql.ts';

let database: TestDatabase;
let pool: pg.Pool;
let recorder: StoreRecorder;

beforeEach(async () => {
  database = await createTestDatabase();
  pool = openDatabase(database.url('comparator'), () => undefined);
  recorder = createRecorder({
    pool,
    runId: 'run-1',
    now: () => new Date(),
    log: pino({ level: 'silent' }),
    message: (cause) => alertMessage(cause, 'http://admin'),
    onAlerts: () => undefined,
  });
});
afterEach(async () => {
  await recorder.close().catch(() => undefined);
  await pool.end();
  await database.drop();
});

async function mismatch(...paths: string[]): Promise<string> {
  const seen = observation({ verdict: 'mismatch', at: new Date(), ...(paths.length > 0 ? { paths } : {}) });
  recorder.requested();
  recorder.settled(seen);
  await recorder.flush();
  return seen.record?.signature?.id ?? '';
}

const setState = (change: Partial<Triage> & { signature: string }) =>
  triage(pool, { to: 'fixed', by: 'kim', owner: 'lee', note: null, until: null, ...change }, 'http://admin');
const states = async () => (await readSignatures(pool)).map((s) => (s as { state: string }).state);
const alerts = async () =>
  (await pool.query<{ kind: string }>('select kind from comparator.alert order by id')).rows.map(
    (r) => r.kind,
  );

test('a fixed signature that is seen again is reopened once, with an alert', async () => {
  const signature = await mismatch();
  expect(await setState({ signature, note: 'tax table' })).toEqual({ kind: 'changed', from: 'new' });
  expect(await setState({ signature })).toEqual({ kind: 'already', state: 'fixed' });
  await mismatch();
  await mismatch();
  expect(await states()).toEqual(['reopened']);
  expect(await alerts()).toEqual(['first-sight', 'resolved', 'reopened']);
  const { rows } = await pool.query(
    'select by, from_state, to_state from comparator.signature_change order by id',
  );
  expect(rows).toEqual([
    { by: 'kim', from_state: 'new', to_state: 'fixed' },
    { by: 'gateway', from_state: 'fixed', to_state: 'reopened' },
  ]);
});

test('an expected signature causes no alert until its day has passed', async () => {
  const signature = await mismatch();
  await setState({ signature, to: 'expected', until: '2099-12-31' });
  await mismatch();
  expect(await states()).toEqual(['expected']);
  await setState({ signature, to: 'expected', until: '2020-01-01' });
  await mismatch();
  expect(await states()).toEqual(['reopened']);
  expect(await alerts()).toEqual(['first-sight', 'reopened']);
  const { rows } = await pool.query(
    `select message ->> 'text' as text from comparator.alert where kind = 'reopened'`,
  );
  expect(rows).toEqual([{ text: expect.stringContaining('Still seen after 2020-01-01') }]);
});

test('an unknown signature is reported as unknown; the database requires an end date for expected ones', async () => {
  expect(await setState({ signature: 'none' })).toEqual({ kind: 'unknown' });
  const signature = await mismatch();
  await expect(setState({ signature, to: 'expected', until: null })).rejects.toThrow('expected_ends');
});

test('a storm of new signatures is ten messages and one about the storm', async () => {
  for (let i = 0; i < 60; i += 1) {
    recorder.requested();
    recorder.settled(observation({ verdict: 'mismatch', at: new Date(), paths: [`/x${i}`] }));
  }
  await recorder.flush();
  for (let i = 60; i < 80; i += 1) await mismatch(`/x${i}`);
  const kinds = await alerts();
  expect(kinds.filter((kind) => kind === 'first-sight')).toHaveLength(10);
  expect(kinds.filter((kind) => kind === 'storm')).toHaveLength(1);
  expect(await readSignatures(pool)).toHaveLength(80);
});

test('comparisons are stored in the partition of their day; old days are dropped, and the counts stay', async () => {
  await mismatch();
  const old = observation({ verdict: 'mismatch', at: new Date(Date.now() - 40 * 86_400_000) });
  recorder.requested();
  recorder.settled(old);
  await recorder.flush();
  const tables = await pool.query<{ name: string }>(
    'select distinct tableoid::regclass::text as name from comparator.comparison order by 1',
  );
  expect(tables.rows.map(({ name }) => name)).toEqual([
    expect.stringMatching(/comparison_\d{8}$/),
    expect.stringContaining('comparison_default'),
  ]);
  const day = new Date(Date.now() - 20 * 86_400_000).toISOString().slice(0, 10);
  const next = new Date(Date.parse(day) + 86_400_000).toISOString().slice(0, 10);
  const owner = openDatabase(database.url(), () => undefined);
  await owner.query(
    `create table comparator.comparison_${day.replaceAll('-', '')} partition of comparator.comparison
       for values from ('${day}T00:00:00Z') to ('${next}T00:00:00Z')`,
  );
  await owner.end();
  expect(await maintainDayPartitions(pool, 30)).toBe(0);
  expect(await maintainDayPartitions(pool, 10)).toBe(1);
  expect(await readComparison(pool, old.record?.id ?? '')).toBeNull();
  const { rows } = await pool.query('select sum(n)::integer as n from comparator.verdict_count');
  expect(rows).toEqual([{ n: 2 }]);
  await expect(maintainDayPartitions(pool, 0)).rejects.toThrow('at least one day');
});
