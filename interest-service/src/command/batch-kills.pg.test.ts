import { waitFor } from '@core-exit/local-stack/testing';
import { describe, expect, it } from 'vitest';
import { bankUnderTest } from '../../testing/bank-under-test.ts';
import { jsonLines, runCommand, startCommand } from '../../testing/run-command.ts';

const bank = bankUnderTest();
const ACCOUNTS = 800;
/** Four processes, some at once, on a machine under load. */
const COMMANDS_WITHIN_MS = 180_000;

/** Accounts of one product, thirty days old, inserted by the owner in one statement; a tenth of them dormant. */
const OPEN_MANY = `
with numbers as (select n, '8' || lpad(n::text, 11, '0') as account_no, 'C8' || lpad(n::text, 8, '0') as customer_id
                   from generate_series(1, $1::int) n),
product as (insert into core.product values ('MANY', '시험 통장')),
terms as (
  insert into core.product_terms (product_code, effective_from, day_count, tier_mode, capitalisation_day)
  values ('MANY', '2000-01-01', 'ACT/365F', 'slice', extract(day from core.business_date())::int)),
rates as (insert into core.rate_tier values ('MANY', '2000-01-01', 1, null, 0.02)),
people as (insert into core.customer select customer_id, '홍길동' from numbers),
heads as (
  insert into core.account select account_no, customer_id, 'MANY', core.business_date() - 30, 50000000, 1, core.business_date() - 30
    from numbers),
standing as (
  insert into core.account_standing (account_no, seq, account_status, customer_status, tax_class)
  select account_no, 0, case when n % 10 = 0 then 'dormant' else 'active' end, 'active', 'resident' from numbers),
entries as (
  insert into core.account_txn
    (account_no, seq, kind, amount, balance_after, value_date, business_date, posted_at, channel)
  select account_no, 1, 'OPENING', 50000000, 50000000, core.business_date() - 30, core.business_date() - 30, core.bank_now(), 'TEST'
    from numbers),
lines as (
  insert into core.posting
  select account_no, 1, l.line_no, l.gl_code, l.sign * 50000000
    from numbers cross join (values (1, 'CASH_CLEARING', 1), (2, 'CUSTOMER_DEPOSIT', -1)) l (line_no, gl_code, sign))
insert into core.day_balance select account_no, core.business_date() - 30, 50000000 from numbers`;

describe('interest-service capitalise', () => {
  it(
    'pays and counts each account once when a runner is killed beside another one',
    async () => {
      await bank.owner().query(OPEN_MANY, [ACCOUNTS]);
      const url = bank.url('interest_service');
      const paid = async () => Number(await bank.scalar('select count(*) from core.interest_payout'));
      const runner = () => startCommand(url, ['capitalise', '--chunk', '5', '--json']);

      const killed = runner();
      await waitFor(async () => (await paid()) > 50, { timeoutMs: 30_000, everyMs: 5 });
      const beside = runner();
      killed.process.kill('SIGKILL');
      expect((await killed.ended).code).toBeNull();
      expect(await paid()).toBeLessThan(ACCOUNTS * 0.9);

      const finished = await beside.ended;
      expect(finished).toMatchObject({ code: 0, err: '' });
      const totals = { accounts: ACCOUNTS, paid: 720, left: 0, skipped: { ACCOUNT_DORMANT: 80 } };
      expect(jsonLines(finished.out)).toMatchObject([
        { ...totals, net: String(69_541 * 720), stopped: false },
      ]);
      expect(await paid()).toBe(720);

      const again = await runCommand(url, ['capitalise']);
      expect(again.code).toBe(0);
      expect(again.out).toMatch(/720 of 800 accounts paid[^]*ACCOUNT_DORMANT +80\nthis runner: 0 accounts/);
      expect(await paid()).toBe(720);
    },
    COMMANDS_WITHIN_MS,
  );

  it(
    'pays no account on any other day, and refuses options that are not valid',
    async () => {
      const url = bank.url('interest_service');
      await bank.owner().query(`update core.product_terms set capitalisation_day = null`);
      expect(await runCommand(url, ['capitalise'])).toMatchObject({ code: 0 });
      for (const args of [['--date', '2026-02-30'], ['--date', '2099-01-01'], ['--chunk', '0'], ['--many']]) {
        expect(await runCommand(url, ['capitalise', ...args])).toMatchObject({ code: 3, out: '' });
      }
    },
    COMMANDS_WITHIN_MS,
  );
});

describe('interest-service correct', () => {
  it(
    'corrects each receipt once when a runner is killed beside another one',
    async () => {
      const url = bank.url('interest_service');
      await bank
        .owner()
        .query(
          `select core.post_movement(account_no, 1000000, core.business_date() - 10, 'BRANCH', null) from core.interest_payout`,
        );
      const corrected = async () =>
        Number(await bank.scalar('select count(*) from core.interest_correction'));
      const runner = () => startCommand(url, ['correct', '--all', '--json']);

      const killed = runner();
      await waitFor(async () => (await corrected()) > 20, { timeoutMs: 30_000, everyMs: 5 });
      const beside = runner();
      killed.process.kill('SIGKILL');
      expect((await killed.ended).code).toBeNull();
      expect(await corrected()).toBeLessThan(720);

      const finished = await beside.ended;
      expect(finished).toMatchObject({ code: 0, err: '' });
      expect(jsonLines(finished.out).at(-1)).toMatchObject({ pending: 0, busy: 0, stopped: false });
      // A million won for ten days: 548 won each, on top of the 82,191.
      expect(
        await bank.scalar(`select array_agg(distinct stands) from (
          select sum(gross)::text as stands from core.interest_effect group by payout_id having count(*) = 2) s`),
      ).toEqual(['82739']);
      expect(await corrected()).toBe(720);
    },
    COMMANDS_WITHIN_MS,
  );
});
