import { describeWithKafka, startOwnKafka, waitFor } from '@core-exit/local-stack/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTaxPath, streamOf, TAX_OF_ONE, type TaxPath } from '../../testing/tax-processes.ts';

type Broker = Awaited<ReturnType<typeof startOwnKafka>>;

describeWithKafka('a broker that is stopped and started again', () => {
  let broker: Broker;
  let path: TaxPath;

  beforeAll(async () => {
    broker = await startOwnKafka();
    path = await startTaxPath(broker.brokers);
    await Promise.all([path.start('relay'), path.start('tax-worker')]);
    await path.pay(5);
    await path.settled();
  }, 90_000);
  afterAll(async () => {
    await path.close();
    await broker.stop();
  });

  it('stops no payout: the outbox grows, and is sent in the order of each account when the broker is back', async () => {
    await broker.stop();
    await path.pay(30);
    expect(await path.books()).toMatchObject({ payouts: 35, postings: 5, unsent: 30 });
    const oldest = await waitingSeconds();
    await waitFor(async () => (await waitingSeconds()) > oldest, {
      timeoutMs: 5_000,
      what: 'the age of the oldest event grows',
    });

    await broker.startAgain();
    await path.settled(60_000);
    expect(await path.books()).toEqual({
      payouts: 35,
      postings: 35,
      receipts: 35,
      unsent: 0,
      remitted: 35 * TAX_OF_ONE,
    });
    const records = await streamOf(path).readAll(path.topics.payouts.name);
    expect(new Set(records.map(({ headers }) => headers['event-id'])).size).toBe(35);
  }, 240_000);

  const waitingSeconds = async () =>
    (
      await path.one<{ s: number }>(
        `select extract(epoch from clock_timestamp() - min(created_at))::float8 as s
           from interest.outbox where published_at is null`,
      )
    ).s;
});
