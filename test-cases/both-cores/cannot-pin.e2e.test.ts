import { openAccount, startTestBank, type TestBank, waitFor } from '@core-exit/local-stack/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';

let bank: TestBank;
beforeAll(async () => {
  bank = await startTestBank({ stage: 'full', accounts: 50 });
});
afterAll(() => bank.close());

type Verdicts = { pending: number; verdicts: Record<string, number> };

/** Number of each verdict, after every request has one. */
async function verdicts(): Promise<Record<string, number>> {
  const now = async () => (await (await fetch(`${bank.gatewayAdminUrl}/verdicts`)).json()) as Verdicts;
  await waitFor(async () => (await now()).pending === 0, { timeoutMs: 10_000, what: 'every verdict' });
  const given = Object.entries((await now()).verdicts).filter(([, n]) => n > 0);
  return Object.fromEntries(given);
}

/** Pays through the new core. The shadow is a rehearsal of the legacy core at that basis. */
async function pay(): Promise<void> {
  const given = { balances: [{ daysAgo: 1, closing: 50_000_000n }] };
  const { accountNo, customerId } = await openAccount(bank.database.url(), given);
  const response = await fetch(`${bank.gatewayUrl}/v1/accounts/${accountNo}/interest-payouts`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${await bank.auth.signToken({ sub: customerId })}`,
      'idempotency-key': `pin-${accountNo}`,
    },
  });
  expect(response.status).toBe(201);
}

async function pins(canPin: boolean): Promise<void> {
  const body = JSON.stringify({ pins: canPin });
  const response = await fetch(`${bank.legacyControlUrl}/behaviour`, { method: 'PUT', body });
  expect(response.status).toBe(200);
}

it('a core that cannot answer as of the basis of a payout gets the verdict raced, not mismatch', async () => {
  await pay();
  expect(await verdicts()).toEqual({ match: 1 });
  await pins(false);
  await pay();
  expect(await verdicts()).toEqual({ match: 1, raced: 1 });
  await pins(true);
  await pay();
  expect(await verdicts()).toEqual({ match: 2, raced: 1 });
});
