import {
  type InterestCorrected,
  type InterestPaid,
  type InterestReversed,
  TAX_EVENT_VERSION,
  type TaxEvent,
} from '@core-exit/bank-contract';
import type { PayoutAmounts } from '../domain/postings.ts';
import type { NewPayout } from './receipt.ts';
import type { LockedAccount, StandingPayout } from './standing-payout.ts';

/** The tax event of a new payout. */
export function interestPaid(payout: NewPayout): InterestPaid {
  return {
    kind: 'INTEREST_PAID',
    schemaVersion: TAX_EVENT_VERSION,
    payoutId: payout.payoutId,
    accountNo: payout.accountNo,
    customerId: payout.customerId,
    businessDate: payout.businessDate,
    basisSeq: String(payout.basisSeq),
    taxClass: payout.taxClass,
    taxRuleVersion: payout.taxRuleVersion,
    ...amountTexts(payout),
  };
}

/** The tax event of a reversal: takes back, today, what the payout stands at. */
export function interestReversed(
  reversalId: string,
  accountNo: string,
  account: LockedAccount,
  payout: StandingPayout,
): InterestReversed {
  const { gross, incomeTax, localTax, farmTax, net } = payout;
  const takenBack = {
    gross: -gross,
    incomeTax: -incomeTax,
    localTax: -localTax,
    farmTax: -farmTax,
    net: -net,
  };
  return { kind: 'REVERSAL', reversalId, ...changeOf(accountNo, account, payout, takenBack) };
}

/** The tax event of a correction: the difference, today. */
export function interestCorrected(
  correctionId: string,
  accountNo: string,
  account: LockedAccount,
  payout: StandingPayout,
  difference: PayoutAmounts,
): InterestCorrected {
  return { kind: 'CORRECTION', correctionId, ...changeOf(accountNo, account, payout, difference) };
}

function changeOf(
  accountNo: string,
  { customerId, businessDate }: LockedAccount,
  payout: StandingPayout,
  amounts: PayoutAmounts,
) {
  return {
    schemaVersion: TAX_EVENT_VERSION,
    payoutId: payout.payoutId,
    accountNo,
    customerId,
    businessDate,
    originalBusinessDate: payout.businessDate,
    taxClass: payout.taxClass,
    taxRuleVersion: payout.taxRuleVersion,
    ...amountTexts(amounts),
  };
}

function amountTexts({ gross, incomeTax, localTax, farmTax, net }: PayoutAmounts) {
  return {
    gross: String(gross),
    incomeTax: String(incomeTax),
    localTax: String(localTax),
    farmTax: String(farmTax),
    net: String(net),
  };
}

/** The id of a tax event is the id of its document, so that a second writer of the event gives it the same id. */
export function eventIdOf(event: TaxEvent): string {
  switch (event.kind) {
    case 'INTEREST_PAID':
      return event.payoutId;
    case 'REVERSAL':
      return event.reversalId;
    case 'CORRECTION':
      return event.correctionId;
  }
}
