import {
  createTestDatabase,
  describeWithKafka,
  kafkaBrokers,
  openAccount,
  type SpawnedProcess,
  spawnProcess,
  type TestDatabase,
  waitFor,
} from '@core-exit/local-stack/testing';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type CoreUnderTest, startNewCore } from './new-core.ts';

describeWithKafka('tax postings through Kafka', () => {
  let db: TestDatabase;
  let owner: pg.Pool;
  let service: CoreUnderTest;
  let relay: SpawnedProcess;
  let worker: SpawnedProcess;

  const start = (role: 'relay' | 'tax-worker'): Promise<SpawnedProcess> =>
    spawnProcess({
      name: role,
      program: ['interest-service/src/main.ts', role],
      env: { DATABASE_URL: db.url('interest_service'), KAFKA_BROKERS: kafkaBrokers().join(',') },
    });

  beforeAll(async () => {
    db = await createTestDatabase();
    owner = new pg.Pool({ connectionString: db.url() });
    service = await startNewCore(db.url('interest_service'));
    [relay, worker] = await Promise.all([start('relay'), start('tax-worker')]);
  });
  afterAll(async () => {
    await Promise.all([relay.stop(), worker.stop(), service.close()]);
    await owner.end();
    await db.drop();
  });

  const pay = async (payouts: number): Promise<void> => {
    for (let i = 0; i < payouts; i += 1) {
      const account = await openAccount(db.url(), { balances: [{ daysAgo: 1, closing: 50_000_000n }] });
      await service.core.pay({ ...account, traceId: '0' }, `key-${account.accountNo}`, {});
    }
  };
  const books = async () => {
    const { rows } = await owner.query(
      `select (select count(*)::int from core.interest_payout) as payouts, (select count(*)::int from tax.posting) as postings,
              (select sum(amount)::int from tax.remittance_total) as remitted`,
    );
    return rows[0] as { payouts: number; postings: number; remitted: number };
  };
  const settled = () =>
    waitFor(async () => (await books()).postings === (await books()).payouts, {
      timeoutMs: 20_000,
      what: 'every payout has its tax posting',
    });

  it('books each payout once', async () => {
    await pay(20);
    await settled();
    expect(await books()).toEqual({ payouts: 20, postings: 20, remitted: 20 * 410 });
  });

  it('loses nothing and books nothing twice when relay and worker are killed in the middle', async () => {
    const paying = pay(60);
    relay.kill('SIGKILL');
    worker.kill('SIGKILL');
    [relay, worker] = await Promise.all([start('relay'), start('tax-worker')]);
    await paying;
    // Everything once more, as a relay that died before it could mark its batch would publish it.
    await owner.query('update interest.outbox set published_at = null');
    await settled();
    await waitFor(
      async () =>
        (await owner.query('select count(*)::int as n from interest.outbox where published_at is null'))
          .rows[0].n === 0,
      { timeoutMs: 20_000, what: 'the outbox is sent again' },
    );
    expect(await books()).toEqual({ payouts: 80, postings: 80, remitted: 80 * 410 });
  }, 60_000);
});
