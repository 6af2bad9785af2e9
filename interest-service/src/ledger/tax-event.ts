import {
  InterestCorrected,
  InterestPaid,
  InterestReversed,
  TAX_EVENT_VERSION,
  type TaxEvent,
} from '@core-exit/bank-contract';
import { Compile } from 'typebox/compile';
import type { PayoutAmounts } from '../domain/postings.ts';
import type { NewPayout } from './ports.ts';
import type { LockedAccount, StandingPayout } from './standing-payout.ts';

const VALIDATORS = {
  INTEREST_PAID: Compile(InterestPaid),
  REVERSAL: Compile(InterestReversed),
  CORRECTION: Compile(InterestCorrected),
} satisfies Record<TaxEvent['kind'], unknown>;

const MAJOR = TAX_EVENT_VERSION.split('.')[0];

type PaidDocument = Omit<NewPayout, 'lines' | 'channelKey' | 'requestHash' | 'memo' | 'period'>;

export function interestPaid(payout: PaidDocument): InterestPaid {
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
    gross: String(payout.gross),
    incomeTax: String(payout.incomeTax),
    localTax: String(payout.localTax),
    farmTax: String(payout.farmTax),
    net: String(payout.net),
  };
}

/** Takes back what the payout stands at, today. */
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

/** The difference, today. */
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
    gross: String(amounts.gross),
    incomeTax: String(amounts.incomeTax),
    localTax: String(amounts.localTax),
    farmTax: String(amounts.farmTax),
    net: String(amounts.net),
  };
}

/** An event's id is the id of the document it tells about, so that whoever writes it again writes the same event. */
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

/** The event, or what is wrong with it: what a reader of this version can never understand. */
export function parseTaxEvent(value: unknown): TaxEvent | { fault: string } {
  const { kind, schemaVersion } = (value ?? {}) as { kind?: unknown; schemaVersion?: unknown };
  if (typeof schemaVersion !== 'string' || !/^[0-9]+\.[0-9]+$/.test(schemaVersion)) {
    return { fault: 'no schemaVersion' };
  }
  if (schemaVersion.split('.')[0] !== MAJOR) {
    return { fault: `schema version ${schemaVersion}: this reader knows ${MAJOR}.x` };
  }
  if (typeof kind !== 'string' || !Object.hasOwn(VALIDATORS, kind)) return { fault: 'unknown kind of event' };
  const validator = VALIDATORS[kind as TaxEvent['kind']];
  if (!validator.Check(value)) {
    const [first] = validator.Errors(value);
    return { fault: `${first?.instancePath || '(whole)'} ${first?.message ?? `is no ${kind} event`}` };
  }
  const event = value as TaxEvent;
  const parts = [event.incomeTax, event.localTax, event.farmTax, event.net].map(BigInt);
  return BigInt(event.gross) === parts.reduce((sum, part) => sum + part)
    ? event
    : { fault: 'gross is not the sum of taxes and net' };
}
