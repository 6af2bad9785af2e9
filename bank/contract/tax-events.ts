import Type from 'typebox';
import { BankDate, LedgerSeq, Won } from './money.ts';

/**
 * The tax events of the payouts topic, one event for each document (payout, reversal, correction).
 *
 * Evolution: `schemaVersion` is major.minor. A minor version only adds optional fields, and every reader ignores unknown
 * fields, so a reader of 1.0 understands 1.7. A major version may change anything, so that it needs its own topic
 * (`..payouts.v2`). An event of another major version on this topic is a dead letter.
 */
const SCHEMA_VERSION = '1.0';
/** Any minor version of major version 1. */
const READABLE_VERSION = '^1\\.(0|[1-9][0-9]{0,3})$';

const Uuid = Type.String({ pattern: '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' });

/** Won with a sign: the amounts of a reversal are negative, those of a correction have either sign. */
const SignedWon = Type.String({
  pattern: '^(0|-?[1-9][0-9]{0,18})$',
  description: 'Won, as a decimal string with a sign if negative',
});

const common = {
  schemaVersion: Type.String({ pattern: READABLE_VERSION }),
  /** The payout that the event is about. */
  payoutId: Uuid,
  accountNo: Type.String({ pattern: '^[0-9]{12}$' }),
  customerId: Type.String({ pattern: '^C[0-9]{9}$' }),
  /** The day of booking. Its month is the month of the remittance. */
  businessDate: BankDate,
  taxClass: Type.String({ minLength: 1, maxLength: 20 }),
  /** Version of the tax rules that gave the amounts. */
  taxRuleVersion: Type.String({ minLength: 1, maxLength: 40 }),
};

const signedAmounts = {
  gross: SignedWon,
  incomeTax: SignedWon,
  localTax: SignedWon,
  farmTax: SignedWon,
  net: SignedWon,
};

/** Interest was paid. The id of the event is the id of the payout. `gross = incomeTax + localTax + farmTax + net`. */
export const InterestPaid = Type.Object({
  kind: Type.Literal('INTEREST_PAID'),
  ...common,
  basisSeq: LedgerSeq,
  gross: Won,
  incomeTax: Won,
  localTax: Won,
  farmTax: Won,
  net: Won,
});
export type InterestPaid = Type.Static<typeof InterestPaid>;

/** A payout was taken back: every amount of the original is negated. The event counts in the month of the reversal. */
export const InterestReversed = Type.Object({
  kind: Type.Literal('REVERSAL'),
  ...common,
  reversalId: Uuid,
  /** The day of the original payout, because the payment statement of that year changes. */
  originalBusinessDate: BankDate,
  ...signedAmounts,
});
export type InterestReversed = Type.Static<typeof InterestReversed>;

/** A back-dated movement changed the interest of a paid period. The amounts are the difference, by the rules of the original's day. */
export const InterestCorrected = Type.Object({
  kind: Type.Literal('CORRECTION'),
  ...common,
  correctionId: Uuid,
  originalBusinessDate: BankDate,
  ...signedAmounts,
});
export type InterestCorrected = Type.Static<typeof InterestCorrected>;

export const TaxEvent = Type.Union([InterestPaid, InterestReversed, InterestCorrected]);
export type TaxEvent = Type.Static<typeof TaxEvent>;

/** The version that the new core writes. */
export const TAX_EVENT_VERSION = SCHEMA_VERSION;
