import { randomUUID } from 'node:crypto';
import {
  createTestDatabase,
  describeWithKafka,
  kafkaBrokers,
  type TestDatabase,
  waitFor,
} from '@core-exit/local-stack/testing';
import { VERDICTS } from '@core-exit/rollout';
import fc from 'fast-check';
import type pg from 'pg';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { observation } from '../../testing/observation.ts';
import { Batch } from '../store/batch.ts';
import { type BatchStore, databaseStore } from '../store/batch-store.ts';
import { openDatabase } from '../store/database.ts';
import { readAlerts, readTotals } from '../store/read.sql.ts';
import { recorderInto } from '../store/recorder.ts';
import { kafkaClient } from './client.ts';
import { consumeVerdicts, type RunningStore } from './consume.ts';
import { encodeBatch } from './message.ts';
import { publishingStore } from './publish.ts';
import { StoreBehind, type VerdictTopic, verdictTopic } from './topic.ts';

const log = pino({ level: 'silent' });
const now = () => new Date('2026-01-02T03:04:05Z');
const WITHIN = { timeoutMs: 30_000, what: 'the store has what was published' };

describeWithKafka('verdicts through Kafka', () => {
  let database: TestDatabase;
  let pool: pg.Pool;
  let topic: VerdictTopic;
  let running: RunningStore | null = null;
  const kafka = () => kafkaClient(kafkaBrokers(), 'comparator-test', log);
  const published = () => publishingStore(kafka(), topic, log);
  const direct = () =>
    databaseStore({ pool, log, message: () => ({ text: 'x' }), onAlerts: () => undefined });
  /** For so many more batches the store fails after the commit, so the same message arrives again. */
  let deaths = 0;
  const dying = (): BatchStore => ({
    ...direct(),
    async write(stamp, batch) {
      await direct().write(stamp, batch);
      if (deaths === 0) return;
      deaths -= 1;
      throw new Error('planted: died after the commit');
    },
  });
  const start = async () => {
    running = await consumeVerdicts(kafka(), topic, dying(), log);
  };
  const stop = async () => {
    await running?.stop();
    running = null;
  };
  const caughtUp = (store: BatchStore) =>
    waitFor(
      () =>
        store.caughtUp().then(
          () => true,
          (fault: unknown) => {
            if (fault instanceof StoreBehind) return false;
            throw fault;
          },
        ),
      WITHIN,
    );
  const totals = async () => {
    const { stages, requests, settled } = await readTotals(pool, 'other');
    const sum = stages.reduce((all, s) => all + VERDICTS.reduce((n, v) => n + s.verdicts[v], 0), 0);
    return { requests, settled, sum };
  };

  beforeAll(async () => {
    database = await createTestDatabase();
    pool = openDatabase(database.url('comparator'), () => undefined);
    topic = verdictTopic(`t${randomUUID().slice(0, 8)}.`);
  });
  afterAll(async () => {
    await stop();
    await pool.end();
    await database.drop();
  });

  test('verdicts wait until the store runs, reads fail with StoreBehind, and then all verdicts are stored', async () => {
    const store = published();
    const recorder = recorderInto(store, { runId: 'waiting', now, log });
    for (const verdict of ['match', 'mismatch', 'dropped'] as const) {
      recorder.requested();
      recorder.settled(observation({ verdict }));
    }
    await expect(recorder.stored()).rejects.toThrow(StoreBehind);
    await start();
    await caughtUp(store);
    expect(await totals()).toEqual({ requests: 3, settled: 3, sum: 3 });
    expect(await readAlerts(pool)).toMatchObject([{ count: 1, waiting: 1 }]);
    await recorder.close();
    await store.close();
  });

  test('law: verdicts add up to requests, whatever message is repeated and whenever the store fails', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({
            verdicts: fc.array(fc.constantFrom(...VERDICTS), { minLength: 1, maxLength: 8 }),
            again: fc.nat(2),
            storeDies: fc.boolean(),
          }),
          { minLength: 1, maxLength: 6 },
        ),
        async (batches) => {
          const before = await totals();
          const runId = randomUUID();
          const store = published();
          let number = 0;
          let n = 0;
          deaths = batches.filter(({ storeDies }) => storeDies).length;
          for (const { verdicts, again } of batches) {
            const batch = new Batch();
            for (const verdict of verdicts) batch.add(observation({ verdict }), () => true);
            number += 1;
            n += verdicts.length;
            const stamp = { runId, startedAt: now(), number, requests: n, settled: n };
            // The recorder publishes a batch again if its acknowledgement was lost.
            for (let time = 0; time <= again; time += 1) await store.write(stamp, batch);
          }
          await caughtUp(store);
          const after = await totals();
          expect(after).toEqual({
            requests: before.requests + n,
            settled: before.settled + n,
            sum: before.sum + n,
          });
          await store.close();
        },
      ),
      { numRuns: 5, endOnFailure: true },
    );
  }, 120_000);

  test('a message that is not a batch is skipped, and the next one is stored', async () => {
    await stop();
    await start(); // another process of the group
    const before = await totals();
    const producer = kafka().producer();
    await producer.connect();
    const batch = new Batch();
    batch.add(observation(), () => true);
    const stamp = { runId: randomUUID(), startedAt: now(), number: 1, requests: 1, settled: 1 };
    const messages = ['rubbish', encodeBatch({ stamp, batch })].map((value) => ({ key: stamp.runId, value }));
    await producer.send({ topic: topic.name, messages });
    await producer.disconnect();
    const store = published();
    await caughtUp(store);
    expect(await totals()).toEqual({
      requests: before.requests + 1,
      settled: before.settled + 1,
      sum: before.sum + 1,
    });
    await store.close();
  });
});
