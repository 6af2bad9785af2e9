import type { AccountGiven } from '@core-exit/local-stack/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { amountsOf, bodyOf, type Legacy, newKey, since, startLegacy } from '../../testing/legacy.ts';

let legacy: Legacy;
beforeAll(async () => {
  legacy = await startLegacy();
});
afterAll(() => legacy.stop());

const quoted = async (given: AccountGiven): Promise<string> =>
  amountsOf(bodyOf(await legacy.core.quote(await legacy.open(given), null)));

describe('one day at 2 % on 365, resident individual, as published', () => {
  it.each([
    [2_000_000n, '109 -> 10 + 0 + 0 -> 99'],
    [50_000_000n, '2739 -> 380 + 30 + 0 -> 2329'],
    [100_000_000n, '5479 -> 760 + 70 + 0 -> 4649'],
  ])('%s won: %s, quoted, rehearsed and paid', async (closing, amounts) => {
    const customer = await legacy.open(since(1, closing));
    const quote = bodyOf(await legacy.core.quote(customer, null));
    expect(amountsOf(quote)).toBe(amounts);
    expect(quote).toMatchObject({
      accountNo: customer.accountNo,
      payable: true,
      refusal: null,
      currency: 'KRW',
    });
    expect(amountsOf(bodyOf(await legacy.core.rehearse(customer, {})))).toBe(amounts);
    const { payout } = bodyOf(await legacy.core.pay(customer, newKey(), {}));
    expect(amountsOf(payout)).toBe(amounts);
    expect(BigInt(payout.balanceAfter)).toBe(closing + BigInt(payout.net));
  });
});

describe('accrual', () => {
  it('is summed exactly and cut once: three days of 0.6 won are one won', async () => {
    expect(await quoted(since(3, 10_950n))).toBe('1 -> 0 + 0 + 0 -> 1');
  });

  it('of exactly one won is one won', async () => {
    expect(await quoted(since(1, 18_250n))).toBe('1 -> 0 + 0 + 0 -> 1');
    expect(await quoted(since(1, 18_249n))).toBe('0 -> 0 + 0 + 0 -> 0');
  });

  it('keeps every digit of a balance beyond 2^53', async () => {
    expect(await quoted(since(1, 9_007_199_254_740_993n))).toContain(
      `${(9_007_199_254_740_993n * 2n) / 36_500n} `,
    );
    // 365 x 10^13 earns exactly 2 x 10^11 won, and one won less earns less
    expect(await quoted(since(1, 3_650_000_000_000_000n))).toMatch(/^200000000000 /);
    expect(await quoted(since(1, 3_649_999_999_999_999n))).toMatch(/^199999999999 /);
  });

  it('an amount of more than 18 digits is a fault, and the transaction writes no row', async () => {
    const customer = await legacy.open(since(1, 999_999_999_999_999_999n));
    await expect(legacy.core.pay(customer, newKey(), {})).rejects.toThrow('RSP_CD E903');
    const rows = await legacy.sql('select from legacy.guid_log where acno = $1', [customer.accountNo]);
    expect(rows).toHaveLength(0);
  });
});
