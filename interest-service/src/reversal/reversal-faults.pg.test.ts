import { randomUUID } from 'node:crypto';
import { type Moment, startWireProxy, type WireProxy } from '@core-exit/local-stack/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bankUnderTest } from '../../testing/bank-under-test.ts';
import { type CoreUnderTest, startNewCore } from '../../testing/new-core.ts';
import { answerFaults } from '../ledger/answer-faults.ts';
import { postgresReversals } from './reversal.sql.ts';
import { type ReversalFlow, reversalFlow } from './reversal.ts';

const bank = bankUnderTest();
let proxy: WireProxy;
let behindProxy: CoreUnderTest;
let reverse: ReversalFlow;

beforeAll(async () => {
  proxy = await startWireProxy(bank.ownerUrl());
  behindProxy = await startNewCore(proxy.through(bank.url('interest_service')));
  const reversals = postgresReversals(behindProxy.source, () => undefined);
  const flow = reversalFlow({ ...reversals, dropQuote: async () => undefined, newId: randomUUID });
  const answering = answerFaults(() => undefined);
  reverse = (request, idempotencyKey, body) => answering(flow(request, idempotencyKey, body));
});
afterAll(async () => {
  await behindProxy.close();
  await proxy.close();
});

describe('a reversal whose wire to the database is cut', () => {
  it.each<[Moment['when'], string, number]>([
    ['before', 'COMMIT', 0],
    ['after', 'COMMIT', 1],
  ])(
    '%s %s: the outcome is unknown, and the same key takes back exactly once',
    async (when, statement, made) => {
      const account = await bank.open(50_000_000n, 1);
      const { payoutId } = await bank.pay(account);
      const request = { operatorId: 'op-kim', accountNo: account.accountNo, payoutId, traceId: '0' };
      const send = () => reverse(request, `cut-${when}`, { reason: 'wrong rate' });
      const reversals = () =>
        bank.scalar('select count(*)::int from core.interest_reversal where payout_id = $1', [payoutId]);

      const cut = proxy.once({ when, statement }, (wire) => wire.cut());
      expect(await send()).toMatchObject({
        ok: false,
        problem: { code: 'OUTCOME_UNKNOWN' },
        retryAfterSeconds: 1,
      });
      await cut;
      expect(await reversals()).toBe(made);
      expect(await send()).toMatchObject({
        ok: true,
        body: { replayed: made === 1, reversal: { net: '2329' } },
      });
      expect(await reversals()).toBe(1);
      expect(await bank.balanceOf(account)).toBe('50000000');
    },
  );
});
