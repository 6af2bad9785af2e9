import { createTestDatabase, type TestDatabase } from '@core-exit/local-stack/testing';
import { checkEvidence } from '@core-exit/rollout';
import { fakeRollout } from '@core-exit/rollout/testing';
import type { FastifyInstance } from 'fastify';
import type pg from 'pg';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { observation, SINCE } from '../../testing/observation.ts';
import type { Recorder } from '../gateway/ports.ts';
import { openDatabase } from '../store/database.ts';
import { countUnsentAlerts } from '../store/read.sql.ts';
import { createRecorder, type StoreRecorder } from '../store/recorder.ts';
import { createMetrics } from './metrics.ts';
import { storedReads } from './reads.ts';
import { adminServer } from './server.ts';

const log = pino({ level: 'silent' });
let database: TestDatabase;
let pool: pg.Pool;
let recorder: StoreRecorder;
let watched: Recorder;
let admin: FastifyInstance;

beforeEach(async () => {
  database = await createTestDatabase();
  pool = openDatabase(database.url('comparator'), () => undefined);
  const now = () => new Date();
  recorder = createRecorder({
    pool,
    runId: 'run-1',
    now,
    log,
    message: () => ({}),
    onAlerts: () => undefined,
  });
  const rollout = fakeRollout('ramp-10', SINCE);
  const store = { waitingAlerts: () => countUnsentAlerts(pool), verdicts: recorder };
  const metrics = createMetrics({ tally: recorder.tally, shadowsUnderWay: () => 0, store });
  watched = metrics.watching(recorder);
  admin = adminServer({
    reads: storedReads({ pool, recorder, rollout, runId: 'run-1' }),
    rollout,
    metrics,
    log,
    runbookUrl: null,
  });
});
afterEach(async () => {
  await recorder.close().catch(() => undefined);
  await admin.close();
  if (!pool.ended) await pool.end();
  await database.drop();
});

function see(...observations: ReturnType<typeof observation>[]): void {
  for (const one of observations) {
    watched.requested();
    watched.settled(one);
  }
}

const get = async (url: string) => {
  const { statusCode, payload } = await admin.inject(url);
  return { status: statusCode, body: payload.startsWith('{') ? JSON.parse(payload) : payload };
};

test('evidence has the shape that the gate reads, and everything that was seen until the request', async () => {
  see(observation({ stratum: { taxes: 'none' } }), observation({ stratum: { taxes: 'farmTax' } }));
  const { body } = await get(`/evidence?stage=ramp-10&since=${SINCE}`);
  checkEvidence(body);
  expect(body).toMatchObject({ stage: 'ramp-10', from: SINCE, complete: true });
  expect(body.strata.find((s: { key: unknown }) => s.key === null).verdicts.match).toBe(2);
  expect(body.strata).toHaveLength(3);
});

test('evidence without a stage is that of the present stage', async () => {
  see(observation());
  expect((await get('/evidence')).body).toMatchObject({ stage: 'ramp-10', from: SINCE });
});

test.each(['/evidence?since=yesterday', '/evidence?stages=full', `/evidence?stage=${'x'.repeat(41)}`])(
  '%s is refused',
  async (url) => expect((await get(url)).status).toBe(400),
);

test('without the database the evidence has the mismatch and is marked incomplete', async () => {
  see(observation({ verdict: 'mismatch' }));
  await pool.end();
  const { body } = await get(`/evidence?stage=ramp-10&since=${SINCE}`);
  checkEvidence(body);
  expect(body).toMatchObject({ complete: false, strata: [{ key: null, verdicts: { mismatch: 1 } }] });
});

test('verdicts and pending requests add up to all requests', async () => {
  see(observation(), observation({ verdict: 'shadow_error' }), observation({ decision: { primary: 'new' } }));
  recorder.requested();
  const { body } = await get('/verdicts');
  expect(body).toMatchObject({
    requests: 4,
    pending: 1,
    abandoned: 0,
    verdicts: { match: 2, shadow_error: 1 },
  });
  expect(body.stages).toMatchObject([
    {
      stage: 'ramp-10',
      since: SINCE,
      requests: 3,
      primary: { legacy: 2, new: 1 },
      latencyMs: { new: { p50: 4.6 } },
    },
  ]);
});

test('a comparison is found by its id, and an unknown id is 404', async () => {
  const mismatch = observation({ verdict: 'mismatch' });
  see(mismatch);
  await recorder.flush();
  expect(await get(`/comparisons/${mismatch.record?.id}`)).toMatchObject({
    status: 200,
    body: { verdict: 'mismatch' },
  });
  expect((await get('/comparisons/none')).status).toBe(404);
  expect((await get('/comparisons?verdict=mismatch&limit=5')).body.comparisons).toMatchObject([
    { id: mismatch.record?.id, verdict: 'mismatch' },
  ]);
  expect((await get('/comparisons?signature=none')).body.comparisons).toEqual([]);
  expect((await get('/signatures')).body.signatures).toMatchObject([{ count: 1 }]);
  expect((await get('/alerts')).body.alerts).toMatchObject([{ count: 1, slackMessages: 0 }]);
});

test('metrics count every verdict, also with zero', async () => {
  see(observation());
  const { body } = await get('/metrics');
  expect(body).toContain('comparator_requests_total 1');
  expect(body).toContain('comparator_verdicts_total{verdict="match"} 1');
  expect(body).toContain('comparator_verdicts_total{verdict="mismatch"} 0');
  expect(body).toContain(
    'comparator_call_seconds_count{operation="thing.read",core="legacy",role="primary"} 1',
  );
});

test('is live and ready, and reports when verdicts are in memory only', async () => {
  expect((await get('/health/live')).status).toBe(200);
  expect((await get('/health/ready')).body).toEqual({ status: 'ready', stage: 'ramp-10', isStored: true });
  await pool.end();
  expect((await get('/health/ready')).body).toMatchObject({ isStored: false });
});

test('metrics have what waits, what was left out and the delay of the event loop; an unknown value is not zero', async () => {
  const many = Array.from({ length: 230 }, (_, i) =>
    observation({ verdict: 'mismatch', at: new Date(), paths: [`/field-${i}`] }),
  );
  see(...many);
  const early = (await get('/metrics')).body;
  expect(early).toContain('comparator_unstored_verdicts 230');
  await recorder.flush();
  const { body } = await get('/metrics');
  expect(body).toContain('comparator_unstored_verdicts 0');
  expect(body).toContain('comparator_alerts_waiting 11'); // ten first sights and a storm
  expect(body).toContain('comparator_left_out_total{what="signatures"} 30');
  expect(body).toContain('comparator_left_out_total{what="counts"} 0');
  expect(body).toMatch(/comparator_event_loop_delay_seconds\{quantile="0.99"\} 0?\.\d+/);
  await pool.end();
  expect((await get('/metrics')).body).toContain('comparator_alerts_waiting Nan');
});
