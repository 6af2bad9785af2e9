import {
  checkInvariants,
  describeWithKafka,
  kafkaBrokers,
  type SpawnedProcess,
  violationText,
} from '@core-exit/local-stack/testing';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { HOLD, type Hold, killWhereItWaits } from '../../testing/tax-hold.ts';
import { startTaxPath, streamOf, TAX_OF_ONE, type TaxPath } from '../../testing/tax-processes.ts';

describeWithKafka('a relay or a worker that is killed', () => {
  let path: TaxPath;
  let relay: SpawnedProcess;
  let worker: SpawnedProcess;

  beforeAll(async () => {
    path = await startTaxPath(kafkaBrokers());
    [relay, worker] = await Promise.all([path.start('relay'), path.start('tax-worker')]);
  });
  afterAll(() => path.close());
  // Each test ends when every event is booked.
  afterEach(async () =>
    expect((await checkInvariants(path.db.url(), { drained: true })).map(violationText)).toEqual([]),
  );

  const exact = async (payouts: number) =>
    expect(await path.books()).toEqual({
      payouts,
      postings: payouts,
      receipts: payouts,
      unsent: 0,
      remitted: payouts * TAX_OF_ONE,
    });

  /** Pays while the process is held. */
  const killWhilePaying = (
    victim: SpawnedProcess,
    application: Hold['application'],
    hold: string,
    undo: string,
  ) => killWhereItWaits(path, { victim, application, hold, undo, act: () => path.pay(5) });

  it('books each payout once without a kill', async () => {
    await path.pay(20);
    await path.settled();
    await exact(20);
  });

  it('between publishing and marking publishes again, and no event is booked twice', async () => {
    const before = await streamOf(path).readAll(path.topics.payouts.name);
    // Events are read and published, but the mark waits.
    await killWhilePaying(
      relay,
      'interest-relay',
      `${HOLD} create trigger hold before update on interest.outbox for each statement execute function public.hold()`,
      'drop trigger hold on interest.outbox',
    );
    relay = await path.start('relay');
    await path.settled();
    const records = await streamOf(path).readAll(path.topics.payouts.name);
    expect(records.length - before.length).toBeGreaterThan(5); // some were published twice
    await exact(25);
  });

  it('between the effect and its offset takes the event in again, and books it once', async () => {
    // The worker reads the parked events after it committed a batch and before it commits the offset.
    await killWhilePaying(
      worker,
      'interest-tax-worker',
      `create function public.held() returns boolean language plpgsql as
         $$ begin perform pg_advisory_xact_lock_shared(4711); return true; end $$;
       insert into tax.parked values (gen_random_uuid(), gen_random_uuid(), '{}');
       alter table tax.parked enable row level security;
       create policy hold on tax.parked using (public.held())`,
      'drop policy hold on tax.parked; alter table tax.parked disable row level security; delete from tax.parked',
    );
    const { postings } = await path.books();
    expect(postings).toBeGreaterThan(25);
    worker = await path.start('tax-worker');
    await path.settled();
    await exact(30);
  });

  it('in the middle of a batch leaves no half-booked event', async () => {
    await killWhilePaying(
      worker,
      'interest-tax-worker',
      `${HOLD} create trigger hold before insert on tax.withholding_receipt for each statement execute function public.hold()`,
      'drop trigger hold on tax.withholding_receipt',
    );
    expect(await path.books()).toMatchObject({ postings: 30, receipts: 30, remitted: 30 * TAX_OF_ONE });
    worker = await path.start('tax-worker');
    await path.settled();
    await exact(35);
  });

  it('loses no event while both are killed again and again', async () => {
    let paying = true;
    const payments = path.pay(60).finally(() => {
      paying = false;
    });
    while (paying) {
      relay.kill('SIGKILL');
      worker.kill('SIGKILL');
      [relay, worker] = await Promise.all([path.start('relay'), path.start('tax-worker')]);
    }
    await payments;
    await path.settled(60_000);
    await exact(95);
  }, 90_000);

  it('books each event once while workers join and leave', async () => {
    const second = await path.start('tax-worker');
    const paying = path.pay(40);
    const third = await path.start('tax-worker');
    await second.stop();
    third.kill('SIGKILL');
    await paying;
    await path.settled(60_000);
    await exact(135);
  }, 90_000);
});
