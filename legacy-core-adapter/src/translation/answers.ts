import type { Basis, GlCode, Payout, Posting, Quote, Rehearsal } from '@core-exit/bank-contract';
import { Fault } from '@core-exit/process/faults';
import { ADAPTER_FAULTS } from '../../faults.ts';
import { GL_CODES_OF_LEGACY, type LegacyGlCode } from '../../telegram/codes.ts';
import type { Values } from '../../telegram/layout.ts';
import { PAYOUT, QUOTE, REHEARSAL } from '../../telegram/messages/index.ts';
import { LegacyFault, refusalOf } from './response-codes.ts';

/** An answer that is well formed but cannot be true. No part of it reaches a caller. */
export class ImplausibleAnswer extends Fault {
  constructor(field: string, reason: string) {
    super(ADAPTER_FAULTS.LEGACY_ANSWER_IMPLAUSIBLE, `${field}: ${reason}`);
  }
}

const GL_CODES = {
  '51110100': 'INTEREST_EXPENSE',
  '21110100': 'CUSTOMER_DEPOSIT',
  '25310100': 'WITHHELD_INCOME_TAX',
  '25310200': 'WITHHELD_LOCAL_TAX',
  '25310300': 'WITHHELD_FARM_TAX',
} as const satisfies Record<LegacyGlCode, GlCode>;

const SIDES = { D: 'debit', C: 'credit' } as const satisfies Record<'D' | 'C', Posting['side']>;

export function quoteOf(accountNo: string, body: Values<typeof QUOTE.answer>): Quote {
  const payable = body.PAY_FG === 'Y';
  return {
    accountNo: accountNoOf(accountNo, body.ACNO),
    businessDate: body.BS_DT,
    ...accruedOf(body),
    payable,
    refusal: payable ? null : refusalOf(body.RSN_CD),
    basis: basisOf(body),
    expiresAt: `${body.EXP_DT}T${body.EXP_TM.slice(0, 8)}+09:00`,
  };
}

export function rehearsalOf(accountNo: string, body: Values<typeof REHEARSAL.answer>): Rehearsal {
  return {
    accountNo: accountNoOf(accountNo, body.ACNO),
    businessDate: body.BS_DT,
    ...accruedOf(body),
    memo: body.MEMO === '' ? null : body.MEMO,
    balanceAfter: won('BAL_AFT', body.BAL_AFT),
    postings: body.LINE.map(({ GL_CD, DC_GB, AMT }) => ({
      glCode: glCodeOf(GL_CD),
      side: SIDES[DC_GB],
      amount: won('LINE.AMT', AMT),
    })),
    basis: basisOf(body),
  };
}

export function payoutOf(accountNo: string, body: Values<typeof PAYOUT.answer>): Payout {
  return {
    payoutId: body.PAYO_ID,
    paidAt: `${body.PAID_DT}T${body.PAID_TM}+09:00`,
    ...rehearsalOf(accountNo, body),
  };
}

/** The basis of a refusal; undefined if the legacy core refused without reading a state. */
export function refusedBasisOf({
  BS_DT,
  BS_SEQ,
}: {
  BS_DT: string | null;
  BS_SEQ: bigint;
}): Basis | undefined {
  return BS_DT === null ? undefined : { businessDate: BS_DT, ledgerSeq: BS_SEQ.toString() };
}

function accruedOf(body: Values<typeof QUOTE.answer> | Values<typeof REHEARSAL.answer>) {
  if (body.GRS !== body.ITX + body.LTX + body.FTX + body.NET) {
    throw new ImplausibleAnswer('GRS', 'is not the sum of taxes and net');
  }
  return {
    period: { from: body.FR_DT, to: body.TO_DT },
    gross: won('GRS', body.GRS),
    incomeTax: won('ITX', body.ITX),
    localTax: won('LTX', body.LTX),
    farmTax: won('FTX', body.FTX),
    net: won('NET', body.NET),
    currency: body.CUR_CD,
  };
}

function basisOf({ BS_DT, BS_SEQ }: { BS_DT: string; BS_SEQ: bigint }): Basis {
  return { businessDate: BS_DT, ledgerSeq: BS_SEQ.toString() };
}

function accountNoOf(requested: string, answered: string): string {
  if (answered !== requested) throw new ImplausibleAnswer('ACNO', 'is not the account of the request');
  return answered;
}

/** The contract has no negative won. */
function won(field: string, amount: bigint): string {
  if (amount < 0n) throw new ImplausibleAnswer(field, 'is negative');
  return amount.toString();
}

function glCodeOf(legacy: string): GlCode {
  const known = GL_CODES_OF_LEGACY.find((code) => code === legacy);
  if (known === undefined) throw new LegacyFault(legacy, 'GL_CD');
  return GL_CODES[known];
}
