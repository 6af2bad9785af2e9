import { describe, expect, it } from 'vitest';
import type { Values } from '../../telegram/layout.ts';
import type { PAYOUT, QUOTE } from '../../telegram/messages/index.ts';
import { ImplausibleAnswer, payoutOf, quoteOf } from './answers.ts';

const ACCOUNT_NO = '100200000001';
const accrued = {
  ACNO: ACCOUNT_NO,
  BS_DT: '2026-11-20',
  BS_SEQ: 4n,
  FR_DT: '2026-11-19',
  TO_DT: '2026-11-20',
  GRS: 2_739n,
  ITX: 380n,
  LTX: 30n,
  FTX: 0n,
  NET: 2_329n,
  CUR_CD: 'KRW' as const,
};
const quoteBody: Values<typeof QUOTE.answer> = {
  ...accrued,
  HLD_NM: '홍길동',
  PAY_FG: 'Y',
  RSN_CD: '0000',
  EXP_DT: '2026-11-21',
  EXP_TM: '00:00:00.000',
};
const payoutBody: Values<typeof PAYOUT.answer> = {
  ...accrued,
  PAYO_ID: '5d18810d-6866-4cf8-a246-35db76f0377d',
  PAID_DT: '2026-11-20',
  PAID_TM: '18:03:12.345',
  REPL_FG: 'N',
  BAL_AFT: 50_002_329n,
  MEMO: '',
  LINE: [
    { GL_CD: '51110100', DC_GB: 'D', AMT: 2_739n },
    { GL_CD: '21110100', DC_GB: 'C', AMT: 2_739n },
  ],
};

describe('a legacy answer in the words of the contract', () => {
  it('a quote', () => {
    expect(quoteOf(ACCOUNT_NO, quoteBody)).toEqual({
      accountNo: ACCOUNT_NO,
      businessDate: '2026-11-20',
      period: { from: '2026-11-19', to: '2026-11-20' },
      gross: '2739',
      incomeTax: '380',
      localTax: '30',
      farmTax: '0',
      net: '2329',
      currency: 'KRW',
      payable: true,
      refusal: null,
      basis: { businessDate: '2026-11-20', ledgerSeq: '4' },
      expiresAt: '2026-11-21T00:00:00+09:00',
    });
  });

  it('a quote of a refused account', () => {
    expect(quoteOf(ACCOUNT_NO, { ...quoteBody, PAY_FG: 'N', RSN_CD: 'E105' })).toMatchObject({
      payable: false,
      refusal: { code: 'NOT_ELIGIBLE', reason: 'SEIZED' },
    });
  });

  it('a payout', () => {
    expect(payoutOf(ACCOUNT_NO, payoutBody)).toMatchObject({
      payoutId: '5d18810d-6866-4cf8-a246-35db76f0377d',
      paidAt: '2026-11-20T18:03:12.345+09:00',
      memo: null,
      balanceAfter: '50002329',
      postings: [
        { glCode: 'INTEREST_EXPENSE', side: 'debit', amount: '2739' },
        { glCode: 'CUSTOMER_DEPOSIT', side: 'credit', amount: '2739' },
      ],
    });
  });

  it.each([
    ['of another account', { ACNO: '100200000002' }, 'ACNO'],
    ['whose parts do not sum up', { NET: 2_330n }, 'GRS'],
    ['with a negative amount', { GRS: 399n, NET: -11n }, 'NET'],
  ])('%s is a fault', (_what, wrong, field) => {
    expect(() => quoteOf(ACCOUNT_NO, { ...quoteBody, ...wrong })).toThrow(ImplausibleAnswer);
    expect(() => quoteOf(ACCOUNT_NO, { ...quoteBody, ...wrong })).toThrow(field);
  });

  it('with an unknown ledger code is a fault with that code', () => {
    const LINE = [{ GL_CD: '99999999', DC_GB: 'D' as const, AMT: 1n }];
    expect(() => payoutOf(ACCOUNT_NO, { ...payoutBody, LINE })).toThrow('GL_CD 99999999: unknown code');
  });
});
