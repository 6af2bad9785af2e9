import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bodyOf, type Legacy, newKey, since, startLegacy } from '../../testing/legacy.ts';

let legacy: Legacy;
beforeAll(async () => {
  legacy = await startLegacy();
});
afterAll(() => legacy.stop());

const balanceOf = async (accountNo: string): Promise<string> =>
  (
    await legacy.sql<{ balance: string }>('select balance::text from core.account where account_no = $1', [
      accountNo,
    ])
  )[0]?.balance ?? '';

describe('movements of other channels', () => {
  it('a transfer moves both accounts or none', async () => {
    const [from, to] = [await legacy.open(since(1, 50_000_000n)), await legacy.open(since(1, 10_000_000n))];
    const transfer = (amount: bigint, ref: string) =>
      legacy.sql(`select * from core.transfer($1, $2, $3, 'APP', $4)`, [
        from.accountNo,
        to.accountNo,
        amount,
        ref,
      ]);
    expect(await transfer(20_000_000n, 't-1')).toEqual([{ from_seq: '2', to_seq: '2' }]);
    await expect(transfer(40_000_000n, 't-2')).rejects.toThrow('balance');
    await expect(transfer(1n, 't-1')).rejects.toThrow('channel_ref');
    await expect(transfer(-1n, 't-3')).rejects.toThrow('positive');
    expect([await balanceOf(from.accountNo), await balanceOf(to.accountNo)]).toEqual([
      '30000000',
      '30000000',
    ]);
  });

  it('transfers in both directions at once do not deadlock', async () => {
    const [one, two] = [await legacy.open(since(1, 50_000_000n)), await legacy.open(since(1, 50_000_000n))];
    await Promise.all(
      Array.from({ length: 20 }, (_, i) => {
        const [from, to] = i % 2 === 0 ? [one, two] : [two, one];
        return legacy.sql(`select core.transfer($1, $2, 1000, 'APP', $3)`, [
          from.accountNo,
          to.accountNo,
          `x-${i}`,
        ]);
      }),
    );
    expect([await balanceOf(one.accountNo), await balanceOf(two.accountNo)]).toEqual([
      '50000000',
      '50000000',
    ]);
  });

  it('a correction counts from the day of the corrected entry', async () => {
    const customer = await legacy.open(since(10, 10_000_000n));
    await legacy.sql(`select core.post_movement($1, 36500000, core.business_date() - 10, 'BRANCH', null)`, [
      customer.accountNo,
    ]);
    const before = bodyOf(await legacy.core.quote(customer, null));
    await legacy.sql(`select core.correct_movement($1, 2, 26500000, 'BRANCH', 'c-1')`, [customer.accountNo]);
    const after = bodyOf(await legacy.core.quote(customer, null));
    expect(BigInt(before.gross) - BigInt(after.gross)).toBe(5_479n); // 10,000,000 at 2 %, ten days
    expect(await balanceOf(customer.accountNo)).toBe('36500000');
    await expect(
      legacy.sql(`select core.correct_movement($1, 1, 1, 'BRANCH', null)`, [customer.accountNo]),
    ).rejects.toThrow('no movement');
  });

  it('a closed account has no balance, takes no deposit and gets no payout', async () => {
    const customer = await legacy.open(since(1, 50_000_000n));
    await legacy.sql(`select core.close_account($1, 'BRANCH', 'close-1')`, [customer.accountNo]);
    expect(await balanceOf(customer.accountNo)).toBe('0');
    expect(await legacy.core.pay(customer, newKey(), {})).toMatchObject({
      problem: { reason: 'ACCOUNT_CLOSED' },
    });
    await expect(
      legacy.sql(`select core.post_movement($1, 1, null, 'ATM', null)`, [customer.accountNo]),
    ).rejects.toThrow('closed');
  });
});

describe('the statement (DPI1200)', () => {
  type Page = {
    rsp_cd: string;
    more_fg: string;
    nxt_seq: string;
    seq: string[];
    kd: string[];
    amt: string[];
  };
  const page = async (accountNo: string, customerId: string, days: number, after = '0'): Promise<Page> => {
    const [found] = await legacy.sql<Page>(
      `select (s).* from (select legacy.dpi1200($1, $2, legacy.f_ymd(core.business_date() - $3::int),
         legacy.f_ymd(core.business_date()), $4) as s) t`,
      [accountNo, customerId, days, after],
    );
    return found as Page;
  };

  it('lists each entry once, page by page and in order', async () => {
    const { accountNo, customerId } = await legacy.open(since(5, 50_000_000n));
    for (let n = 1; n <= 24; n += 1)
      await legacy.sql(`select core.post_movement($1, $2, null, 'ATM', null)`, [
        accountNo,
        n % 2 === 0 ? -n : n,
      ]);
    const pages = [await page(accountNo, customerId, 10)];
    while (pages.at(-1)?.more_fg === 'Y')
      pages.push(await page(accountNo, customerId, 10, pages.at(-1)?.nxt_seq));
    expect(pages.map(({ seq }) => seq.length)).toEqual([10, 10, 5]);
    expect(pages.flatMap(({ seq }) => seq)).toEqual(Array.from({ length: 25 }, (_, i) => String(i + 1)));
    expect(pages[0]?.kd.slice(0, 3)).toEqual(['01', '02', '03']);
    expect((await page(accountNo, customerId, 0)).seq).toHaveLength(10); // the opening was five days ago
  });

  it('is for the holder and for a period', async () => {
    const { accountNo } = await legacy.open(since(1, 1_000n));
    expect((await page(accountNo, 'C999999999', 1)).rsp_cd).toBe('E401');
    expect((await page(accountNo, '', -1)).rsp_cd).toBe('E403');
  });
});
