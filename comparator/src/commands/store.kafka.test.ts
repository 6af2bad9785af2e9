import { randomUUID } from 'node:crypto';
import {
  createTestDatabase,
  describeWithKafka,
  freePort,
  kafkaBrokers,
  type SpawnedProcess,
  spawnProcess,
  type TestDatabase,
  waitFor,
} from '@core-exit/local-stack/testing';
import { VERDICTS } from '@core-exit/rollout';
import type pg from 'pg';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { observation } from '../../testing/observation.ts';
import { openDatabase } from '../store/database.ts';
import { readTotals } from '../store/read.sql.ts';
import { recorderInto } from '../store/recorder.ts';
import { kafkaClient } from '../stream/client.ts';
import { publishingStore } from '../stream/publish.ts';
import { verdictTopic } from '../stream/topic.ts';

const log = pino({ level: 'silent' });
const BATCHES = 300;
const WITHIN = { timeoutMs: 60_000, everyMs: 50 };

describeWithKafka('the process `comparator store`', () => {
  let database: TestDatabase;
  let pool: pg.Pool;
  let store: SpawnedProcess;
  let healthPort: number;
  const prefix = `p${randomUUID().slice(0, 8)}.`;

  const start = async (name: string) => {
    healthPort = await freePort();
    store = await spawnProcess({
      name,
      program: ['comparator/src/main.ts', 'store'],
      healthPort,
      env: {
        DATABASE_URL: database.url('comparator'),
        KAFKA_BROKERS: kafkaBrokers().join(','),
        KAFKA_PREFIX: prefix,
        ADMIN_PORT: String(healthPort),
        LOG_LEVEL: 'warn',
      },
    });
  };
  const sums = async () => {
    const { stages, requests, settled } = await readTotals(pool, 'other');
    const sum = stages.reduce((all, s) => all + VERDICTS.reduce((n, v) => n + s.verdicts[v], 0), 0);
    return { requests, settled, sum };
  };
  const metric = async (name: string) => {
    const text = await (await fetch(`http://127.0.0.1:${healthPort}/metrics`)).text();
    return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1]);
  };

  beforeAll(async () => {
    database = await createTestDatabase();
    pool = openDatabase(database.url('comparator'), () => undefined);
    await start('store');
  });
  afterAll(async () => {
    await store.stop();
    await pool.end();
    await database.drop();
  });

  test('a store that was killed and started again has every verdict once', {
    timeout: 120_000,
  }, async () => {
    const publisher = publishingStore(kafkaClient(kafkaBrokers(), 'gateway', log), verdictTopic(prefix), log);
    const recorders = ['run-1', 'run-2', 'run-3'].map((runId) =>
      recorderInto(publisher, { runId, now: () => new Date(), log }),
    );
    let sent = 0;
    const publish = async (batches: number) => {
      for (let batch = 0; batch < batches; batch += 1) {
        for (const recorder of recorders) {
          recorder.requested();
          recorder.settled(
            observation({ verdict: VERDICTS[sent % VERDICTS.length] ?? 'match', at: new Date() }),
          );
          sent += 1;
        }
        await Promise.all(recorders.map((recorder) => recorder.flush()));
      }
    };
    await publish(5);
    await waitFor(async () => (await sums()).sum > 0, { ...WITHIN, what: 'the store writes' });
    const publishing = publish(BATCHES);
    const before = (await sums()).sum;
    await waitFor(async () => (await sums()).sum > before + 20, {
      ...WITHIN,
      what: 'the store is in the middle',
    });
    store.kill('SIGKILL');
    await publishing;
    const afterKill = (await sums()).sum;
    expect(afterKill).toBeLessThan(sent);
    await start('store-again');
    await waitFor(async () => (await sums()).sum >= sent, { ...WITHIN, what: 'all is stored' });
    await waitFor(async () => (await metric('comparator_store_lag_batches')) === 0, {
      ...WITHIN,
      what: 'the store reports no lag',
    });
    expect(await sums()).toEqual({ requests: sent, settled: sent, sum: sent });
    expect(await metric('comparator_store_verdicts_total')).toBeGreaterThanOrEqual(sent - afterKill);
    expect(await metric('comparator_store_missing_batches_total')).toBe(0);
    await Promise.all(recorders.map((recorder) => recorder.close()));
    await publisher.close();
  });
});
