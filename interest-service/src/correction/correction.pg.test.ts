import { randomUUID } from 'node:crypto';
import { waitFor } from '@core-exit/local-stack/testing';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Account, bankUnderTest } from '../../testing/bank-under-test.ts';
import { taxRulesOnFile } from '../ledger/tax-rules.ts';
import { postgresReversals } from '../reversal/reversal.sql.ts';
import { reversalFlow } from '../reversal/reversal.ts';
import { postgresCorrections } from './correction.sql.ts';
import { type Corrected, correctAccount } from './correction.ts';
import { runCorrections } from './correction-run.ts';

const bank = bankUnderTest();
const { open, pay, move, nextDay, balanceOf, standsAt } = bank;
let deps: Parameters<typeof runCorrections>[0];

beforeAll(() => {
  const taxRulesOf = taxRulesOnFile(new URL('../../rules/tax.json', import.meta.url));
  deps = { ...postgresCorrections(bank.service().source), taxRulesOf, newId: randomUUID };
});

async function correct({ accountNo }: Account, dryRun = false): Promise<Corrected[]> {
  const corrected = await correctAccount(deps, accountNo, { dryRun });
  if (corrected === 'no-account') throw new Error('must exist');
  return corrected;
}

describe('a correction', () => {
  it('posts the difference today, linked to the receipt, which stays as it is: one million won more for thirty days', async () => {
    const account = await open(36_500_000n);
    const paid = await pay(account); // 60,000 gross, 8,400 + 840
    await move(account, 1_000_000, 30);
    const difference = { gross: 1_643n, incomeTax: 230n, localTax: 20n, farmTax: 0n, net: 1_393n };
    expect(await correct(account)).toEqual([
      { kind: 'posted', payoutId: paid.payoutId, movementSeq: 3n, difference },
    ]);
    expect(await balanceOf(account)).toBe(String(36_500_000n + BigInt(paid.net) + 1_000_000n + 1_393n));
    const { rows } = await bank.owner().query(
      `select p.gross, c.movement_seq, t.kind, t.amount, t.value_date = core.business_date() as today,
              o.payload ->> 'kind' as event, o.payload ->> 'net' as net
         from core.interest_correction c join core.interest_payout p using (payout_id)
         join core.account_txn t on t.account_no = c.account_no and t.seq = c.seq
         join interest.outbox o on o.event_id = c.correction_id where c.payout_id = $1`,
      [paid.payoutId],
    );
    const posted = { kind: 'CORRECTION', amount: '1393', today: true, event: 'CORRECTION', net: '1393' };
    expect(rows).toEqual([{ gross: '60000', movement_seq: '3', ...posted }]);
  });

  it('takes back an overpayment, and waits while the balance does not cover it', async () => {
    const account = await open(37_500_000n);
    const { payoutId, net } = await pay(account);
    await move(account, -1_000_000, 30);
    await move(account, -(36_500_000n + BigInt(net) - 5n), 0);
    expect(await correct(account)).toMatchObject([
      { kind: 'pending', payoutId, reason: 'BALANCE_TOO_LOW', difference: { net: -1_393n } },
    ]);
    expect(await balanceOf(account)).toBe('5');
    await move(account, 2_000, 0);
    expect(await correct(account)).toMatchObject([{ kind: 'posted', difference: { gross: -1_643n } }]);
    expect(await balanceOf(account)).toBe('612');
  });

  it('changes every paid period from the value date on, each under its own receipt', async () => {
    const account = await open(36_500_000n);
    const first = await pay(account);
    await nextDay();
    const second = await pay(account);
    await move(account, 10_000_000, 11);
    // Ten days of the first period, the one day of the second.
    expect(await correct(account)).toMatchObject([
      { payoutId: first.payoutId, difference: { gross: 5_479n } },
      { payoutId: second.payoutId, difference: { gross: 548n } },
    ]);
    expect(await correct(account)).toEqual([]);
  });

  it('moves tax and expense alone where a movement lifts a period over the first taxed won', async () => {
    const account = await open(1_299_000n, 1); // 71.18 a day: paid 71 untaxed
    const { gross, net } = await pay(account);
    expect([gross, net]).toEqual(['71', '71']);
    await move(account, 180_000, 1); // 81.04: 81 less 10 won of tax
    expect(await correct(account)).toMatchObject([{ kind: 'posted', difference: { gross: 10n, net: 0n } }]);
  });

  it('stores that the interest is the same, so that no later run computes it again', async () => {
    const account = await open(36_500_000n);
    await pay(account);
    await move(account, 1, 30);
    expect(await correct(account)).toMatchObject([{ kind: 'same' }]);
    expect(await correct(account)).toEqual([]);
    expect(await deps.pendingAccounts('', 100)).not.toContain(account.accountNo);
  });

  it('does not follow from movements of the payout day, or later ones', async () => {
    const account = await open(36_500_000n);
    await pay(account);
    await move(account, 5_000_000, 0);
    await nextDay();
    await move(account, 5_000_000, 1);
    expect(await correct(account)).toEqual([]);
  });

  it('is made once when thirty runners work together', async () => {
    const account = await open(36_500_000n);
    const { payoutId } = await pay(account);
    await move(account, 1_000_000, 30);
    const letGo = await bank.hold(account);
    const runs = Array.from({ length: 30 }, () => correct(account));
    await waitFor(async () => (await bank.waitingForLocks()) >= 10, { timeoutMs: 1_900 });
    await letGo();
    expect((await Promise.all(runs)).flat()).toHaveLength(1);
    expect(await standsAt(payoutId)).toBe('61643');
    await expect(
      bank.owner().query(
        `insert into core.interest_correction
         select gen_random_uuid(), payout_id, account_no, movement_seq, seq, business_date, gross, income_tax, local_tax,
                farm_tax, net, tax_rule_version, balance_after, corrected_at from core.interest_correction where payout_id = $1`,
        [payoutId],
      ),
    ).rejects.toThrow(/one_correction_per_movement/);
  });

  it('returns the same in a dry run and writes no row', async () => {
    const account = await open(36_500_000n);
    const { payoutId } = await pay(account);
    await move(account, 1_000_000, 30);
    const rehearsed = await correct(account, true);
    expect(await standsAt(payoutId)).toBe('60000');
    expect(await correct(account)).toEqual(rehearsed);
  });

  it('has the sum that would have been paid with the movements in time, in any order and any groups', async () => {
    const movement = fc.record({
      won: fc.integer({ min: -900_000, max: 30_000_000 }).filter((won) => won !== 0),
      daysAgo: fc.integer({ min: 1, max: 30 }),
      correctNow: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(movement, { minLength: 1, maxLength: 5 }), async (movements) => {
        const [late, inTime] = [await open(5_000_000n), await open(5_000_000n)];
        for (const { won, daysAgo } of movements.toReversed()) await move(inTime, won, daysAgo);
        const right = await pay(inTime);
        const { payoutId } = await pay(late);
        for (const { won, daysAgo, correctNow } of movements) {
          await move(late, won, daysAgo);
          if (correctNow) await correct(late);
        }
        await correct(late);
        expect(await standsAt(payoutId)).toBe(right.gross);
        expect(await balanceOf(late)).toBe(await balanceOf(inTime));
      }),
      { numRuns: 15, seed: 20_261_121 },
    );
  });
});

describe('a receipt that cannot be corrected waits', () => {
  it('on a closed account', async () => {
    const account = await open(36_500_000n);
    await pay(account);
    await move(account, 1_000_000, 30);
    await bank
      .channel()
      .query(`select core.change_standing($1, 'closed', null, null, null)`, [account.accountNo]);
    expect(await correct(account)).toMatchObject([{ kind: 'pending', reason: 'ACCOUNT_CLOSED' }]);
  });

  it('when the rules it was paid under are not on file', async () => {
    const account = await open(36_500_000n);
    await pay(account);
    await move(account, 1_000_000, 30);
    const without = { ...deps, taxRulesOf: () => null };
    expect(await correctAccount(without, account.accountNo, { dryRun: false })).toMatchObject([
      { kind: 'pending', reason: 'RULES_NOT_ON_FILE', difference: null },
    ]);
  });

  it('when it does not follow from its own basis, because the difference would contain another mistake', async () => {
    const account = await open(36_500_000n);
    await pay(account);
    await move(account, 1_000_000, 30);
    const wrong = (version: string) => {
      const rules = deps.taxRulesOf(version);
      return rules && { ...rules, rules: rules.rules.map((rule) => ({ ...rule, localTax: null })) };
    };
    expect(
      await correctAccount({ ...deps, taxRulesOf: wrong }, account.accountNo, { dryRun: false }),
    ).toMatchObject([{ kind: 'pending', reason: 'NOT_REPRODUCIBLE' }]);
  });
});

describe('corrections and reversals', () => {
  const reverse = (account: Account, payoutId: string) =>
    reversalFlow({
      ...postgresReversals(bank.service().source, () => undefined),
      dropQuote: async () => undefined,
      newId: randomUUID,
    })(
      { operatorId: 'op-kim', accountNo: account.accountNo, payoutId, traceId: '0' },
      `key-${randomUUID()}`,
      {
        reason: 'wrong account',
      },
    );

  it('a reversal takes back the payout with its corrections, and its period is not corrected any more', async () => {
    const account = await open(36_500_000n);
    const { payoutId } = await pay(account);
    await move(account, 1_000_000, 30);
    await correct(account);
    expect(await reverse(account, payoutId)).toMatchObject({
      ok: true,
      body: { reversal: { gross: '61643' } },
    });
    expect(await balanceOf(account)).toBe('37500000');
    await move(account, 1_000_000, 30);
    expect(await correct(account)).toEqual([]);
    await nextDay();
    // Thirty-one days of the present balance.
    expect(await pay(account)).toMatchObject({ gross: String((38_500_000n * 2n * 31n) / 36_500n) });
  });

  it('a payout that corrections took back completely cannot be reversed', async () => {
    const account = await open(5_000_000n);
    const { payoutId } = await pay(account);
    await move(account, -4_999_999, 30);
    expect(await correct(account)).toMatchObject([{ kind: 'posted' }]);
    expect(await reverse(account, payoutId)).toMatchObject({ problem: { reason: 'NOTHING_LEFT' } });
  });

  it('a receipt of the legacy core is corrected under the rules of its version', async () => {
    const account = await open(36_500_000n);
    await bank.payAtLegacyCore(account);
    await move(account, 1_000_000, 30);
    expect(await correct(account)).toMatchObject([{ kind: 'posted', difference: { net: 1_393n } }]);
  });
});

describe('a correction run', () => {
  it('corrects every account with a pending correction, skips a locked one, and corrects that one in the next run', async () => {
    const accounts = [await open(36_500_000n), await open(36_500_000n), await open(36_500_000n)];
    for (const account of accounts) {
      await pay(account);
      await move(account, 1_000_000, 30);
    }
    const corrected: string[] = [];
    const options = {
      dryRun: false,
      signal: new AbortController().signal,
      onAccount: ({ accountNo }: { accountNo: string }) => void corrected.push(accountNo),
    };
    const [held, ...free] = accounts.map(({ accountNo }) => accountNo);
    const letGo = await bank.hold(accounts[0] as Account);
    expect(await runCorrections(deps, options)).toEqual({ busy: [held] });
    await letGo();
    expect(corrected).toEqual(expect.arrayContaining(free));
    expect(await runCorrections(deps, options)).toEqual({ busy: [] });
    expect(corrected).toContain(held);
  });
});
