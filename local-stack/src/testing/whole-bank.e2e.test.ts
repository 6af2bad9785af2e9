import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { query } from '../parts/postgres.ts';
import { startTestBank, type TestBank, waitFor } from '../testing.ts';

let bank: TestBank;
beforeAll(async () => {
  bank = await startTestBank({ stage: 'full', accounts: 300 });
});
afterAll(() => bank.close());

describe('the whole bank of an end-to-end test', () => {
  it('pays a customer through the gateway, once, and posts the tax', async () => {
    const [customer] = bank.customers;
    const pay = () =>
      fetch(`${bank.gatewayUrl}/v1/accounts/${customer?.accountNo}/interest-payouts`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${customer?.token}`,
          'content-type': 'application/json',
          'idempotency-key': 'whole-bank-test-0001',
        },
        body: '{}',
      });
    const first = await pay();
    expect(first.status).toBe(201);
    const replay = await pay();
    expect(replay.status).toBe(200);
    expect(replay.headers.get('idempotency-replayed')).toBe('true');
    const payouts = () =>
      query(
        bank.database.url(),
        `select from core.interest_payout where account_no = '${customer?.accountNo}'`,
      );
    expect(await payouts()).toHaveLength(1);
    const taxPosting = () =>
      query(bank.database.url(), `select from tax.posting where account_no = '${customer?.accountNo}'`);
    await waitFor(async () => (await taxPosting()).length === 1, {
      timeoutMs: 20_000,
      what: 'the tax posting',
    });
  });

  it('begins in the requested stage', async () => {
    const { json } = await bank.rollout('status');
    expect(json).toMatchObject({ stage: 'full', percent: 100 });
  });

  it('gives every request a verdict', async () => {
    const [, customer] = bank.customers;
    const answer = await fetch(`${bank.gatewayUrl}/v1/accounts/${customer?.accountNo}/interest`, {
      headers: { authorization: `Bearer ${customer?.token}` },
    });
    expect(answer.status).toBe(200);
    const { json } = await waitFor(
      async () => {
        const status = await bank.rollout('status');
        const verdicts = status.json['verdicts'] as Record<string, number>;
        return (verdicts['match'] ?? 0) >= 2 && status;
      },
      { timeoutMs: 20_000, what: 'two matches in the evidence' },
    );
    expect(json['verdicts']).toMatchObject({ mismatch: 0 });
  });
});
