import { randomUUID } from 'node:crypto';
import {
  checkInvariants,
  describeWithKafka,
  kafkaBrokers,
  type SpawnedProcess,
  violationText,
  waitFor,
} from '@core-exit/local-stack/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { HOLD, killWhereItWaits } from '../../../testing/tax-hold.ts';
import { startTaxPath, streamOf, type TaxPath } from '../../../testing/tax-processes.ts';
import { postgresReversals } from '../../reversal/reversal.sql.ts';
import { reversalFlow } from '../../reversal/reversal.ts';
import { deadLetterRegister } from './dead-letters.sql.ts';
import { deadLetterTopic } from './dead-letters.ts';

const RETRIES_SEEN_WITHIN = { timeoutMs: 20_000 };

describeWithKafka('a tax worker that is killed', () => {
  let path: TaxPath;
  let worker: SpawnedProcess;

  beforeAll(async () => {
    path = await startTaxPath(kafkaBrokers());
    [worker] = await Promise.all([path.start('tax-worker'), path.start('relay')]);
  });
  afterAll(() => path.close());
  const count = async (from: string) =>
    (await path.one<{ n: number }>(`select count(*)::int as n from ${from}`)).n;
  const holds = async () =>
    expect((await checkInvariants(path.db.url(), { drained: true })).map(violationText)).toEqual([]);

  it('between publishing a dead letter and registering it: published twice, one letter, and its partition continues', async () => {
    const log = streamOf(path);
    const publisher = await log.publisher();
    await killWhereItWaits(path, {
      victim: worker,
      application: 'interest-tax-worker',
      hold: `${HOLD} create trigger hold before insert on tax.dead_letter for each statement execute function public.hold()`,
      undo: 'drop trigger hold on tax.dead_letter',
      act: () =>
        publisher.publish(path.topics.payouts.name, [{ key: '000000000001', value: '{', headers: {} }]),
    });
    expect(await count('tax.dead_letter')).toBe(0);
    expect(await log.readAll(path.topics.dead.name)).toHaveLength(1);

    worker = await path.start('tax-worker');
    await waitFor(async () => (await count('tax.dead_letter')) === 1, RETRIES_SEEN_WITHIN);
    expect(await log.readAll(path.topics.dead.name)).toHaveLength(2);
    const letters = deadLetterTopic(log, path.topics, publisher, deadLetterRegister(path.source));
    expect(await letters.letters()).toMatchObject([{ key: '000000000001', cause: 'not JSON' }]);
    await publisher.close();
    await path.pay(3);
    await path.settled();
    await holds();
  });

  it('while it books a parked event: the event stays parked, and the next worker books it once', async () => {
    const { accountNo, payoutId } = await payAndReverseOutOfOrder();
    await killWhereItWaits(path, {
      victim: worker,
      application: 'interest-tax-worker',
      // The parked event is taken and not booked yet.
      hold: `${HOLD} create trigger hold after delete on tax.parked for each statement execute function public.hold()`,
      undo: 'drop trigger hold on tax.parked',
      act: async () =>
        void (await path.owner.query('update interest.outbox set published_at = null where event_id = $1', [
          payoutId,
        ])),
    });
    const ofPayout = `tax.posting where account_no = '${accountNo}'`;
    expect(await count('tax.parked')).toBe(1);
    expect(await count(ofPayout)).toBe(1);

    worker = await path.start('tax-worker');
    await waitFor(async () => (await count('tax.parked')) === 0, RETRIES_SEEN_WITHIN);
    expect(await count(ofPayout)).toBe(2);
    await holds();
  });

  /** A payout whose event was not delivered yet, and its parked reversal. */
  async function payAndReverseOutOfOrder(): Promise<{ accountNo: string; payoutId: string }> {
    await path.owner.query(`create function public.seem_sent() returns trigger language plpgsql as
      $$ begin new.published_at := clock_timestamp(); return new; end $$;
      create trigger seem_sent before insert on interest.outbox for each row execute function public.seem_sent()`);
    await path.pay(1);
    await path.owner.query('drop trigger seem_sent on interest.outbox');
    const paid = await path.one<{ accountNo: string; payoutId: string }>(
      'select account_no as "accountNo", payout_id as "payoutId" from core.interest_payout order by paid_at desc limit 1',
    );
    const reversals = postgresReversals(path.source, () => undefined);
    const reverse = reversalFlow({ ...reversals, dropQuote: async () => undefined, newId: randomUUID });
    const request = { ...paid, operatorId: 'op-kim', traceId: '0' };
    expect(await reverse(request, 'op-key-parked', { reason: 'wrong rate' })).toMatchObject({ ok: true });
    await waitFor(async () => (await count('tax.parked')) === 1, RETRIES_SEEN_WITHIN);
    return paid;
  }
});
