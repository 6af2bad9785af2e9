import Type from 'typebox';
import { Compile } from 'typebox/compile';
import { LedgerSeq, Won } from '../../contract/index.ts';
import type { NewPayout } from './ports.ts';

/** What the tax book is told about a payout. Version 1; a new version is a new schema that readers learn first. */
export const InterestPaid = Type.Object({
  kind: Type.Literal('INTEREST_PAID'),
  version: Type.Literal(1),
  payoutId: Type.String(),
  accountNo: Type.String(),
  customerId: Type.String(),
  businessDate: Type.String(),
  basisSeq: LedgerSeq,
  taxClass: Type.String(),
  taxRuleVersion: Type.String(),
  gross: Won,
  incomeTax: Won,
  localTax: Won,
  farmTax: Won,
  net: Won,
});
export type InterestPaid = Type.Static<typeof InterestPaid>;

const validator = Compile(InterestPaid);

export function interestPaid(payout: NewPayout): InterestPaid {
  return {
    kind: 'INTEREST_PAID',
    version: 1,
    payoutId: payout.payoutId,
    accountNo: payout.accountNo,
    customerId: payout.customerId,
    businessDate: payout.businessDate,
    basisSeq: String(payout.basisSeq),
    taxClass: payout.taxClass,
    taxRuleVersion: payout.taxRuleVersion,
    gross: String(payout.gross),
    incomeTax: String(payout.incomeTax),
    localTax: String(payout.localTax),
    farmTax: String(payout.farmTax),
    net: String(payout.net),
  };
}

/** The event, or what is wrong with it. */
export function parseInterestPaid(value: unknown): InterestPaid | { fault: string } {
  if (validator.Check(value)) return value;
  const [first] = validator.Errors(value);
  return {
    fault: `${first?.instancePath || '(whole)'} ${first?.message ?? 'is not an INTEREST_PAID event'}`,
  };
}
