import { INELIGIBILITY_REASONS } from '@core-exit/bank-contract';
import type { AccountGiven } from '@core-exit/local-stack/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bodyOf, type Legacy, newKey, since, startLegacy } from '../../testing/legacy.ts';

let legacy: Legacy;
beforeAll(async () => {
  legacy = await startLegacy();
});
afterAll(() => legacy.stop());

type Standing = NonNullable<AccountGiven['standing']>;

const SINGLE: [string, Standing][] = [
  ['ACCOUNT_CLOSED', { accountStatus: 'closed' }],
  ['HOLDER_COMPROMISED', { customerStatus: 'identity-theft' }],
  ['HOLDER_COMPROMISED', { customerStatus: 'hacking-victim' }],
  ['HOLDER_DECEASED', { customerStatus: 'deceased' }],
  ['PAYMENT_STOPPED', { holds: ['payment-stop'] }],
  ['SEIZED', { holds: ['seizure'] }],
  ['PLEDGED', { holds: ['pledge'] }],
  ['ACCOUNT_DORMANT', { accountStatus: 'dormant' }],
  ['ACCOUNT_SUSPENDED', { accountStatus: 'suspended' }],
  ['DEPOSIT_STOPPED', { holds: ['deposit-stop'] }],
  ['WITHDRAWAL_STOPPED', { holds: ['withdrawal-stop'] }],
  ['CORPORATE_NOT_ALLOWED', { taxClass: 'corporation' }],
  ['TAX_CLASS_UNKNOWN', { taxClass: 'unknown' }],
];

const COMBINED: [string, Standing][] = [
  ['ACCOUNT_CLOSED', { accountStatus: 'closed', customerStatus: 'identity-theft', holds: ['seizure'] }],
  ['HOLDER_DECEASED', { customerStatus: 'deceased', accountStatus: 'dormant', holds: ['payment-stop'] }],
  ['PAYMENT_STOPPED', { accountStatus: 'dormant', holds: ['pledge', 'seizure', 'payment-stop'] }],
  ['ACCOUNT_DORMANT', { accountStatus: 'dormant', holds: ['deposit-stop'] }],
  ['DEPOSIT_STOPPED', { holds: ['withdrawal-stop', 'deposit-stop'] }],
  ['WITHDRAWAL_STOPPED', { taxClass: 'unknown', holds: ['withdrawal-stop'] }],
];

describe('an account that may not be paid on demand', () => {
  it.each([...SINGLE, ...COMBINED])('%s: %o', async (reason, standing) => {
    const customer = await legacy.open({ ...since(1, 100_000_000n), standing });
    const quote = bodyOf(await legacy.core.quote(customer, null));
    expect(quote).toMatchObject({ gross: '5479', payable: false, refusal: { code: 'NOT_ELIGIBLE', reason } });

    const refused = { code: 'NOT_ELIGIBLE', status: 409, reason, basis: quote.basis };
    expect(await legacy.core.pay(customer, newKey(), {})).toMatchObject({ ok: false, problem: refused });
    expect(await legacy.core.rehearse(customer, { basis: quote.basis })).toMatchObject({
      ok: false,
      problem: refused,
    });
    expect(
      await legacy.sql('select from core.interest_payout where account_no = $1', [customer.accountNo]),
    ).toEqual([]);
  });

  it('with two reasons at once gets the reason with precedence, for every pair', async () => {
    const order = (reason: string): number => INELIGIBILITY_REASONS.findIndex((known) => known === reason);
    for (const [i, [first, state]] of SINGLE.entries()) {
      for (const [second, other] of SINGLE.slice(i + 1)) {
        const bothHold = Object.keys(state).every((key) => key === 'holds' || !(key in other));
        if (!bothHold) continue; // an account has one status, a holder one class
        const holds = [...(state.holds ?? []), ...(other.holds ?? [])];
        const customer = await legacy.open({
          ...since(1, 100_000_000n),
          standing: { ...state, ...other, holds },
        });
        const reason = order(first) < order(second) ? first : second;
        expect(bodyOf(await legacy.core.quote(customer, null)).refusal).toEqual({
          code: 'NOT_ELIGIBLE',
          reason,
        });
      }
    }
  });

  it('is recorded with all its reasons', async () => {
    const standing = { accountStatus: 'dormant', taxClass: 'unknown', holds: ['seizure'] };
    const customer = await legacy.open({ ...since(1, 100_000_000n), standing });
    await legacy.core.pay(customer, newKey(), {});
    expect(
      await legacy.sql('select rsp_cd, rsn_all from legacy.guid_log where acno = $1', [customer.accountNo]),
    ).toEqual([{ rsp_cd: 'E105', rsn_all: 'E105,E107,E112' }]);
  });
});

describe('an account that may be paid', () => {
  it.each<[string, AccountGiven]>([
    ['active', since(1, 100_000_000n)],
    ['limited', { ...since(1, 100_000_000n), standing: { accountStatus: 'limited' } }],
    [
      'under a withdrawal stop, if the product pays under it',
      {
        ...since(1, 100_000_000n),
        product: { code: 'TEST-WSTOP', paysUnderWithdrawalStop: true },
        standing: { holds: ['withdrawal-stop'] },
      },
    ],
    [
      'of a corporation, if the product allows corporations',
      {
        ...since(1, 100_000_000n),
        product: { code: 'TEST-CORP', corporateAllowed: true },
        standing: { taxClass: 'corporation' },
      },
    ],
  ])('%s', async (_what, given) => {
    const customer = await legacy.open(given);
    expect(await legacy.core.quote(customer, null)).toMatchObject({ body: { payable: true, refusal: null } });
    expect(await legacy.core.pay(customer, newKey(), {})).toMatchObject({ ok: true });
  });
});

describe('refusals of the day', () => {
  it('nothing to pay: the period start stays', async () => {
    const customer = await legacy.open(since(1, 18_249n));
    expect(await legacy.core.quote(customer, null)).toMatchObject({
      body: { gross: '0', payable: false, refusal: { code: 'NOTHING_TO_PAY' } },
    });
    expect(await legacy.core.pay(customer, newKey(), {})).toMatchObject({
      problem: { code: 'NOTHING_TO_PAY', status: 409 },
    });
    const [head] = await legacy.sql(
      'select paid_through = opened_on as kept from core.account where account_no = $1',
      [customer.accountNo],
    );
    expect(head).toEqual({ kept: true });
  });

  it('an account opened today has nothing to pay', async () => {
    const customer = await legacy.open(since(0, 100_000_000n));
    expect(await legacy.core.quote(customer, null)).toMatchObject({
      body: { gross: '0', refusal: { code: 'NOTHING_TO_PAY' } },
    });
  });

  it('already paid today comes before nothing to pay, not eligible before both', async () => {
    const customer = await legacy.open(since(1, 100_000_000n));
    bodyOf(await legacy.core.pay(customer, newKey(), {}));
    const today = await legacy.today();
    const again = { code: 'ALREADY_PAID_TODAY', basis: { businessDate: today, ledgerSeq: '2' } };
    expect(await legacy.core.quote(customer, null)).toMatchObject({
      body: { gross: '0', period: { from: today, to: today }, refusal: { code: 'ALREADY_PAID_TODAY' } },
    });
    expect(await legacy.core.pay(customer, newKey(), {})).toMatchObject({ problem: again });
    await legacy.sql(`select core.change_standing($1, 'dormant', null, null, null)`, [customer.accountNo]);
    expect(await legacy.core.pay(customer, newKey(), {})).toMatchObject({
      problem: { reason: 'ACCOUNT_DORMANT' },
    });
  });
});

describe('the customer of an account', () => {
  it('another customer’s account does not exist; an operator sees it', async () => {
    const mine = await legacy.open(since(1, 100_000_000n));
    const other = await legacy.open(since(1, 100_000_000n));
    const asOther = { ...mine, customerId: other.customerId };
    const notFound = { ok: false, problem: { code: 'ACCOUNT_NOT_FOUND', status: 404 } };
    expect(await legacy.core.quote(asOther, null)).toMatchObject(notFound);
    expect(await legacy.core.rehearse(asOther, {})).toMatchObject(notFound);
    expect(await legacy.core.pay(asOther, newKey(), {})).toMatchObject(notFound);
    expect(await legacy.core.quote({ ...mine, accountNo: '000000000000' }, null)).toMatchObject(notFound);
    expect(await legacy.core.quote({ ...mine, customerId: null }, null)).toMatchObject({ ok: true });
  });
});
