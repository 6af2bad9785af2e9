import { startTestBank, type TestBank, waitFor } from '@core-exit/local-stack/testing';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, it } from 'vitest';

let bank: TestBank;
beforeAll(async () => {
  bank = await startTestBank({ stage: 'off' });
});
afterAll(() => bank.close());

it('a payout of the legacy core, not through the gateway, drops the quote that the new core kept', async () => {
  const [customer] = bank.customers;
  if (customer === undefined) throw new Error('a bank without customers');
  const { accountNo, token } = customer;
  const headers = { authorization: `Bearer ${token}` };
  const quote = async () => {
    const answer = await fetch(`${bank.newCore.url}/v1/accounts/${accountNo}/interest`, { headers });
    return (await answer.json()) as { payable: boolean; refusal: { code: string } | null; net: string };
  };
  const redis = new Redis(bank.redisUrl);
  const kept = () => redis.get(`interest:quote:${accountNo}`);
  try {
    const before = await waitFor(
      async () => {
        const { net, payable } = await quote();
        return payable && (await kept())?.includes(net) ? net : null;
      },
      { timeoutMs: 10_000 },
    );
    const paid = await fetch(`${bank.legacyAdapterUrl}/v1/accounts/${accountNo}/interest-payouts`, {
      method: 'POST',
      headers: { ...headers, 'idempotency-key': 'legacy-past-the-gateway' },
    });
    expect(await paid.json()).toMatchObject({ net: before });
    await waitFor(async () => /^\d+:$/.test((await kept()) ?? ''), {
      timeoutMs: 3_000,
      what: 'the drop',
      everyMs: 5,
    });
    expect(await quote()).toMatchObject({ payable: false, refusal: { code: 'ALREADY_PAID_TODAY' } });
  } finally {
    redis.disconnect();
  }
});
