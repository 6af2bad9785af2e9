import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createTestDatabase, type TestDatabase } from '@core-exit/local-stack/testing';
import { VERDICTS } from '@core-exit/rollout';
import pg from 'pg';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { observation, SINCE } from '../../testing/observation.ts';
import { openDatabase } from './database.ts';
import { maintainDayPartitions } from './day-partitions.ts';
import { migrate } from './migrate.ts';
import { readStrata, readTotals } from './read.ts';
import { createRecorder } from './recorder.ts';

const BEFORE = ['001_comparator.sql', '002_triage_partitions_retention.sql', '003_sealed_questions.sql'];
const MINUTES = 500;

let database: TestDatabase;
let owner: pg.Pool;
let pool: pg.Pool;

beforeEach(async () => {
  database = await createTestDatabase();
  owner = new pg.Pool({ connectionString: database.url(), max: 2 });
  pool = openDatabase(database.url('comparator'), () => undefined);
});
afterEach(async () => {
  await Promise.all([owner.end(), pool.end()]);
  await database.drop();
});

const recorderOf = (runId: string) =>
  createRecorder({
    pool,
    runId,
    now: () => new Date(),
    log: pino({ level: 'silent' }),
    message: () => ({}),
    onAlerts: () => undefined,
  });
const rowsNow = async () => {
  const { rows } = await owner.query<{ n: number }>(
    'select count(*)::int as n from comparator.verdict_count',
  );
  return rows[0]?.n;
};
const sumNow = async () => {
  const { stages } = await readTotals(pool, 'other');
  return stages.reduce((all, s) => all + VERDICTS.reduce((n, v) => n + s.verdicts[v], 0), 0);
};
/** The rows of a gateway of the previous release: one for each minute, stratum and verdict. */
const byTheMinute = (minutes: number) =>
  owner.query(
    `insert into comparator.verdict_count as c (stage, entered_at, operation, stratum, primary_core, verdict, minute, n)
     select 'ramp-10', $1, 'thing.read', jsonb_build_object('taxes', t), 'legacy', v, $1::timestamptz + make_interval(mins => m), 3
       from generate_series(1, $2::int) m, unnest(array['none', 'farmTax']) t, unnest(array['match', 'dropped']) v
     on conflict (stage, entered_at, operation, stratum, primary_core, verdict, minute) do update set n = c.n + excluded.n`,
    [SINCE, minutes],
  );

test('the verdicts of a whole day are one row for each stay, stratum and verdict', async () => {
  const recorder = recorderOf('run-1');
  for (let minute = 0; minute < 24 * 60; minute += 10) {
    recorder.requested();
    recorder.settled(observation({ at: new Date(Date.parse(SINCE) + minute * 60_000) }));
    await recorder.flush();
  }
  await recorder.close();
  expect([await rowsNow(), await sumNow()]).toEqual([1, 144]);
});

test('the rows for each minute are summed up into one row, and the sums stay', async () => {
  await owner.query(
    'drop schema comparator cascade; drop schema migration cascade; create schema comparator',
  );
  await owner.query(
    'create table comparator.migration (file text primary key, applied_at timestamptz not null default now())',
  );
  for (const file of BEFORE) {
    await owner.query(readFileSync(join(import.meta.dirname, 'schema', file), 'utf8'));
    await owner.query('insert into comparator.migration (file) values ($1)', [file]);
  }
  await byTheMinute(MINUTES);
  const before = await readStrata(owner, 'ramp-10', SINCE);
  expect(await rowsNow()).toBe(MINUTES * 4);
  expect(await migrate(database.url())).toContain('004_one_row_a_cell.sql');
  expect(await readStrata(pool, 'ramp-10', SINCE)).toEqual(before);
  expect([await rowsNow(), await sumNow()]).toEqual([4, MINUTES * 4 * 3]);
});

test('rows of a gateway of the previous release are summed up while others write, and no verdict is lost', async () => {
  const gateways = ['run-1', 'run-2', 'run-3'].map(recorderOf);
  const written = gateways.map(async (recorder) => {
    for (let i = 0; i < 40; i += 1) {
      recorder.requested();
      recorder.settled(observation({ stratum: { taxes: i % 2 === 0 ? 'none' : 'farmTax' } }));
      await recorder.flush();
    }
    await recorder.close();
  });
  for (let i = 0; i < 10; i += 1) {
    await byTheMinute(5);
    await maintainDayPartitions(pool, 30);
  }
  await Promise.all(written);
  expect([await rowsNow(), await sumNow()]).toEqual([4, 3 * 40 + 10 * 5 * 4 * 3]);
});
