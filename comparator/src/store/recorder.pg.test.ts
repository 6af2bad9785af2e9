import { createTestDatabase, type TestDatabase, waitFor } from '@core-exit/local-stack/testing';
import { VERDICTS } from '@core-exit/rollout';
import type pg from 'pg';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { observation, SINCE } from '../../testing/observation.ts';
import { Batch } from './batch.ts';
import { inTransaction, openDatabase } from './database.ts';
import { migrate } from './migrate.ts';
import { readAlerts, readComparison, readLatency, readSignatures, readStrata, readTotals } from './read.ts';
import { createRecorder, type StoreRecorder } from './recorder.ts';
import { type BatchStamp, writeBatch } from './write-batch.ts';

const log = pino({ level: 'silent' });
let database: TestDatabase;
let pool: pg.Pool;
const recorders: StoreRecorder[] = [];

beforeEach(async () => {
  database = await createTestDatabase();
  pool = openDatabase(database.url('comparator'), () => undefined);
});
afterEach(async () => {
  for (const recorder of recorders.splice(0)) await recorder.close().catch(() => undefined);
  await pool.end();
  await database.drop();
});

function recorder(runId: string, onAlerts: () => void = () => undefined, from = pool): StoreRecorder {
  const made = createRecorder({
    pool: from,
    runId,
    now: () => new Date('2026-01-02T03:04:05Z'),
    log,
    message: (cause) => ({ text: cause.kind === 'storm' ? 'storm' : cause.seen.signature.id }),
    onAlerts,
  });
  recorders.push(made);
  return made;
}

function see(into: StoreRecorder, ...observations: ReturnType<typeof observation>[]): void {
  for (const one of observations) {
    into.requested();
    into.settled(one);
  }
}

const verdictSum = async () => {
  const { stages, ...runs } = await readTotals(pool, 'other');
  const sum = stages.reduce((all, s) => all + VERDICTS.reduce((n, verdict) => n + s.verdicts[verdict], 0), 0);
  return { ...runs, sum };
};

test('counts are written by role comparator and add up', async () => {
  const one = recorder('run-1');
  see(one, observation(), observation(), observation({ verdict: 'dropped', stratum: { taxes: 'none' } }));
  one.requested(); // in progress
  await one.flush();
  expect(await verdictSum()).toEqual({ requests: 4, settled: 3, abandoned: 1, sum: 3 });
  const strata = await readStrata(pool, 'ramp-10', SINCE);
  expect(strata[0]).toMatchObject({ key: null, verdicts: { match: 2, dropped: 1, mismatch: 0 } });
  expect(strata.slice(1).map(({ key }) => key)).toEqual(expect.arrayContaining([{}, { taxes: 'none' }]));
  expect(await readLatency(pool, 'ramp-10', SINCE)).toEqual({
    legacy: { n: 3, histogram: [[13, 3]], bucketed: true },
    new: { n: 3, histogram: [[4.6, 3]], bucketed: true },
  });
});

test('a verdict counts for the stay in which its request was decided, and for no earlier one', async () => {
  const one = recorder('run-1');
  const later = '2026-01-05T00:00:00.001Z';
  see(one, observation({ verdict: 'mismatch' }), observation({ decision: { since: later } }));
  await one.flush();
  const [both] = await readStrata(pool, 'ramp-10', SINCE);
  expect(both?.verdicts).toMatchObject({ match: 1, mismatch: 1 });
  const [fresh] = await readStrata(pool, 'ramp-10', later);
  expect(fresh?.verdicts).toMatchObject({ match: 1, mismatch: 0 });
});

test('a batch that is written again after a lost acknowledgement counts once', async () => {
  const batch = new Batch();
  for (let i = 0; i < 7; i += 1) batch.add(observation({ verdict: 'mismatch' }), () => true);
  const stamp: BatchStamp = { runId: 'run-1', startedAt: new Date(0), number: 1, requests: 7, settled: 7 };
  const write = () =>
    inTransaction(pool, (client) => writeBatch(client, stamp, batch, () => ({ text: 'x' })));
  expect(await write()).toEqual({ alerts: 1, missing: 0 });
  expect(await write()).toEqual({ alerts: 0, missing: 0 });
  expect(await verdictSum()).toMatchObject({ requests: 7, sum: 7 });
  expect(await readAlerts(pool)).toMatchObject([{ count: 7, slackMessages: 0, waiting: 1 }]);
});

test('a batch that never arrived is reported as missing, and later batches count', async () => {
  const batch = new Batch();
  batch.add(observation(), () => true);
  const write = (number: number, requests: number) =>
    inTransaction(pool, (client) =>
      writeBatch(
        client,
        { runId: 'run-1', startedAt: new Date(0), number, requests, settled: requests },
        batch,
        () => ({}),
      ),
    );
  expect(await write(1, 1)).toMatchObject({ missing: 0 });
  expect(await write(2, 2)).toMatchObject({ missing: 0 });
  expect(await write(5, 5)).toMatchObject({ missing: 2 });
  expect(await write(4, 4)).toMatchObject({ missing: 0 }); // an old batch, which is not counted again
  expect(await verdictSum()).toMatchObject({ requests: 5, settled: 5, sum: 3 });
});

test('ten gateways that see one signature at the same time send one alert and count it ten times', async () => {
  let alerts = 0;
  const many = Array.from({ length: 10 }, (_, i) =>
    recorder(`run-${i}`, () => {
      alerts += 1;
    }),
  );
  for (const one of many) see(one, observation({ verdict: 'mismatch' }));
  await Promise.all(many.map((one) => one.flush()));
  expect(alerts).toBe(1);
  expect(await readAlerts(pool)).toMatchObject([{ count: 10, waiting: 1 }]);
  expect(await readSignatures(pool)).toMatchObject([{ state: 'new', count: 10, operation: 'thing.read' }]);
  expect(await verdictSum()).toMatchObject({ requests: 10, sum: 10 });
});

test('a mismatch is stored with all details and the spelling of its numbers, and is found by its id', async () => {
  const one = recorder('run-1');
  const mismatch = observation({ verdict: 'mismatch' });
  see(one, mismatch);
  await one.flush();
  const id = mismatch.record?.id ?? '';
  expect(await readComparison(pool, id)).toMatchObject({
    id,
    operation: 'thing.read',
    stage: 'ramp-10',
    verdict: 'mismatch',
    primaryCore: 'legacy',
    primaryVersion: '1.0.0',
    shadowVersion: '1.0.0',
    rulesVersion: '0123456789ab',
    basis: '2026-01-02 7',
    detail: {
      differences: [{ path: '/net', left: '"99"', right: '"98"' }],
      primary: { core: 'legacy', body: '{"net":"99"}' },
      shadow: { core: 'new', body: '{"net":"98"}' },
    },
  });
  expect(await readComparison(pool, 'no-such-case')).toBeNull();
});

test('of many similar mismatches twenty a minute are stored, and all are counted', async () => {
  const one = recorder('run-1');
  for (let i = 0; i < 500; i += 1) see(one, observation({ verdict: 'mismatch' }));
  await one.flush();
  const { rows } = await pool.query('select count(*)::int as n from comparator.comparison');
  expect(rows).toEqual([{ n: 20 + 1 }]); // the first case of a signature in a batch is always kept
  expect(await readAlerts(pool)).toMatchObject([{ count: 500, waiting: 1 }]);
});

test.each([
  ['a NUL in the stratum', [observation({ stratum: { outcome: 'a\u0000b' } })]],
  ['a lone surrogate in the stratum', [observation({ stratum: { outcome: '\ud800' } })]],
  ['a stratum of nine kilobytes', [observation({ stratum: { outcome: 'x'.repeat(9_000) } })]],
  ['a NUL in a path', [observation({ verdict: 'mismatch', paths: ['/a\u0000b'] })]],
  [
    'more different signatures than a batch takes',
    Array.from({ length: 230 }, (_, i) => observation({ verdict: 'mismatch', paths: [`/field-${i}`] })),
  ],
])('%s is counted, and so are later observations', async (_what, odd) => {
  const one = recorder('run-1');
  see(one, ...odd);
  await one.flush();
  see(one, observation());
  await one.flush();
  expect(await verdictSum()).toMatchObject({ requests: odd.length + 1, sum: odd.length + 1 });
  if (odd[0]?.verdict === 'mismatch') expect(await readAlerts(pool)).not.toEqual([]);
});

test('of a batch that the database refuses for ever only the counts are stored, and later batches follow', async () => {
  const one = recorder('run-1');
  const mismatch = observation({ verdict: 'mismatch', stratum: { taxes: 'none' } });
  see(one, mismatch);
  await one.flush();
  see(one, mismatch, observation()); // the primary key refuses the same case id
  await one.flush();
  expect(await verdictSum()).toMatchObject({ requests: 3, settled: 3, sum: 3 });
  const [all] = await readStrata(pool, 'ramp-10', SINCE);
  expect(all).toMatchObject({ key: null, verdicts: { match: 1, mismatch: 2 } });
});

test('a mismatch is written at once', async () => {
  const stored = Promise.withResolvers<void>();
  const one = recorder('run-1', () => stored.resolve());
  const seenAt = performance.now();
  see(one, observation({ verdict: 'mismatch' }));
  await stored.promise;
  expect(performance.now() - seenAt).toBeLessThan(200);
});

test('observations stay in memory while the database does not answer, and are counted once afterwards', async () => {
  const unreachable = openDatabase(database.url('comparator').replace(/:\d+\//, ':1/'), () => undefined);
  const pools = [unreachable, unreachable, pool];
  const switching = { connect: () => (pools.shift() ?? pool).connect() } as unknown as pg.Pool;
  const one = recorder('run-1', undefined, switching);
  see(one, observation(), observation());
  await expect(one.flush()).rejects.toThrow();
  see(one, observation({ verdict: 'mismatch' }));
  await expect(one.flush()).rejects.toThrow();
  see(one, observation());
  await one.flush();
  expect(await verdictSum()).toEqual({ requests: 4, settled: 4, abandoned: 4 - 4, sum: 4 });
  await unreachable.end();
});

test('totals are consistent while gateways write', async () => {
  const one = recorder('run-1');
  let isOver = false;
  const writing = (async () => {
    while (!isOver) {
      see(one, observation(), observation({ verdict: 'explained' }));
      await one.flush();
    }
  })();
  for (let i = 0; i < 50; i += 1) {
    const { settled, sum } = await verdictSum();
    expect(sum).toBe(settled);
  }
  isOver = true;
  await writing;
});

test('role comparator can neither delete rows nor read another schema', async () => {
  await expect(pool.query('delete from comparator.verdict_count')).rejects.toThrow('permission denied');
  await expect(pool.query('select from core.account')).rejects.toThrow('permission denied');
});

test('a second migration does nothing, and two migrations run one after the other', async () => {
  expect(await migrate(database.url())).toEqual([]);
  const empty = await createTestDatabase();
  const owner = openDatabase(empty.url(), () => undefined);
  await owner.query('drop schema comparator cascade; drop schema migration cascade');
  await owner.end();
  const applied = await Promise.all([migrate(empty.url()), migrate(empty.url())]);
  expect(applied.flat()).toEqual([
    '001_comparator.sql',
    '002_triage_partitions_retention.sql',
    '003_sealed_questions.sql',
    '004_one_row_a_cell.sql',
    '005_what_was_compared.sql',
    '006_rate_of_repeats.sql',
  ]);
  await empty.drop();
});

test('closing the recorder writes the remaining observations', async () => {
  const one = recorder('run-1');
  see(one, observation());
  await one.close();
  await waitFor(async () => (await verdictSum()).sum === 1, { timeoutMs: 1_000 });
});
