import { createTestDatabase, type TestDatabase, waitFor } from '@core-exit/local-stack/testing';
import type pg from 'pg';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { observation } from '../../testing/observation.ts';
import { openDatabase } from '../store/database.ts';
import { readAlerts } from '../store/read.sql.ts';
import { createRecorder, type StoreRecorder } from '../store/recorder.ts';
import { alertMessage, type SlackMessage } from './message.ts';
import { type AlertSender, startAlertSender } from './sender.ts';
import type { SendMessage } from './slack.ts';

const log = pino({ level: 'silent' });
const WITHIN = { timeoutMs: 10_000 };
let database: TestDatabase;
let pool: pg.Pool;
let recorder: StoreRecorder;
const senders: AlertSender[] = [];
const sent: SlackMessage[] = [];

beforeEach(async () => {
  database = await createTestDatabase();
  pool = openDatabase(database.url('comparator'), () => undefined);
  sent.length = 0;
  recorder = createRecorder({
    pool,
    runId: 'run-1',
    now: () => new Date(),
    log,
    message: (cause) => alertMessage(cause, 'http://admin'),
    onAlerts: () => {
      for (const sender of senders) sender.wake();
    },
  });
});
afterEach(async () => {
  await Promise.all(senders.splice(0).map((sender) => sender.stop()));
  await recorder.close();
  await pool.end();
  await database.drop();
});

function start(send: SendMessage, digestSeconds = 3_600): void {
  senders.push(startAlertSender({ pool, send, digestSeconds, adminUrl: 'http://admin', log }));
}

const taking: SendMessage = async (message) => {
  sent.push(message);
  return { kind: 'sent' };
};

function mismatch(...paths: string[]): void {
  recorder.requested();
  recorder.settled(
    observation({ verdict: 'mismatch', at: new Date(), ...(paths.length > 0 ? { paths } : {}) }),
  );
}

test('the first alert of a signature reaches Slack within a second; its repeats do not', async () => {
  start(taking);
  const seenAt = performance.now();
  mismatch();
  await waitFor(() => sent.length === 1, WITHIN);
  expect(performance.now() - seenAt).toBeLessThan(1_000);
  for (let i = 0; i < 100; i += 1) mismatch();
  await recorder.flush();
  mismatch('/other');
  await waitFor(() => sent.length === 2, WITHIN);
  // A message is marked as sent shortly after Slack accepted it.
  await expect
    .poll(() => readAlerts(pool), { timeout: WITHIN.timeoutMs })
    .toMatchObject([
      { count: 101, slackMessages: 1 },
      { count: 1, slackMessages: 1 },
    ]);
});

test('repeats are sent as one digest in each interval', async () => {
  start(taking, 1);
  mismatch();
  await waitFor(() => sent.length === 1, WITHIN);
  for (let i = 0; i < 30; i += 1) mismatch();
  await waitFor(() => sent.length === 2, WITHIN);
  expect(sent[1]?.text).toContain('30 more times, 31 in total');
  expect(JSON.stringify(sent[1])).toMatch(/\d a minute\\n/); // the first digest has no interval before it
  for (let i = 0; i < 200; i += 1) mismatch();
  await waitFor(() => sent.length === 3, WITHIN);
  expect(JSON.stringify(sent[2])).toMatch(/\d a minute, (rising|steady|falling) \(before: [\d.]+\)/);
});

test('a refused message is sent again until Slack accepts it, and never earlier than Retry-After', async () => {
  const triedAt: number[] = [];
  start(async (message) => {
    triedAt.push(performance.now());
    if (triedAt.length === 1) return { kind: 'failed', why: 'too many', retryAfterMs: 2_000 };
    return taking(message);
  });
  mismatch();
  await waitFor(() => sent.length === 1, WITHIN);
  expect((triedAt[1] ?? 0) - (triedAt[0] ?? 0)).toBeGreaterThanOrEqual(2_000);
  const { rows } = await pool.query('select attempts, last_error from comparator.alert');
  expect(rows).toEqual([{ attempts: 2, last_error: null }]);
});

test('when a sender dies, the next one sends the stored messages', async () => {
  start(async () => ({ kind: 'failed', why: 'away', retryAfterMs: 0 }));
  mismatch();
  await recorder.flush();
  await waitFor(
    async () => (await pool.query('select from comparator.alert where attempts > 0')).rowCount === 1,
    WITHIN,
  );
  await Promise.all(senders.splice(0).map((sender) => sender.stop()));
  start(taking);
  await waitFor(() => sent.length === 1, WITHIN);
});

test('two senders send each message once', async () => {
  mismatch('/a');
  mismatch('/b');
  mismatch('/c');
  await recorder.flush();
  start(taking);
  start(taking);
  await waitFor(
    async () => (await readAlerts(pool)).every((a) => (a as { waiting: number }).waiting === 0),
    WITHIN,
  );
  expect(sent).toHaveLength(3);
  expect(new Set(sent.map(({ text }) => text)).size).toBe(3);
});

test('after an hour without Slack every message is sent, and none twice', {
  timeout: 60_000,
}, async () => {
  let isAway = true;
  start(async (message) => (isAway ? { kind: 'failed', why: 'away', retryAfterMs: null } : taking(message)));
  mismatch('/a');
  await recorder.flush();
  mismatch('/b');
  await recorder.flush();
  // In an hour with pauses of up to a minute each message has about seventy attempts.
  const attempts = async () =>
    (await pool.query<{ n: number }>('select min(attempts)::integer as n from comparator.alert')).rows[0]
      ?.n ?? 0;
  for (let tried = 1; tried <= 15; tried += 1) {
    await pool.query(`update comparator.alert set created_at = created_at - interval '4 minutes'`);
    // The messages are made due repeatedly, because an attempt sets its next time when it ends.
    await waitFor(
      async () => {
        await pool.query('update comparator.alert set next_attempt_at = now() where next_attempt_at > now()');
        for (const sender of senders) sender.wake();
        return (await attempts()) >= tried;
      },
      { timeoutMs: 20_000 },
    );
  }
  const { rows } = await pool.query<{ late: boolean }>(
    `select bool_and(next_attempt_at <= now() + interval '61 seconds') as late from comparator.alert`,
  );
  expect(rows).toEqual([{ late: true }]);
  isAway = false;
  await pool.query('update comparator.alert set next_attempt_at = now()');
  for (const sender of senders) sender.wake();
  await waitFor(() => sent.length === 2, { timeoutMs: 20_000 });
  expect(await readAlerts(pool)).toMatchObject([{ slackMessages: 1 }, { slackMessages: 1 }]);
});
