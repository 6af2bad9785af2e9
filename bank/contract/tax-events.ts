import Type from 'typebox';
import { BankDate, LedgerSeq, Won } from './money.ts';

/**
 * What is told about withholding tax on the payouts topic, one event per document (payout, reversal, correction).
 *
 * Evolution: `schemaVersion` is major.minor. A minor version only adds optional fields, and every reader ignores fields
 * it does not know; so a reader of 1.0 understands 1.7. A major version may change anything and goes to a topic of its
 * own (`..payouts.v2`); on this topic it is a dead letter.
 */
const SCHEMA_VERSION = '1.0';
/** Any minor of the major version this reader knows. */
const READABLE_VERSION = '^1\\.(0|[1-9][0-9]{0,3})$';

const Uuid = Type.String({ pattern: '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' });

/** Won with its sign: a reversal takes back, a correction goes either way. */
const SignedWon = Type.String({
  pattern: '^(0|-?[1-9][0-9]{0,18})$',
  description: 'Won, as a decimal string with a sign if negative',
});

const common = {
  schemaVersion: Type.String({ pattern: READABLE_VERSION }),
  /** The payout this is about. */
  payoutId: Uuid,
  accountNo: Type.String({ pattern: '^[0-9]{12}$' }),
  customerId: Type.String({ pattern: '^C[0-9]{9}$' }),
  /** The day on which it was booked; its month is the month of the remittance. */
  businessDate: BankDate,
  taxClass: Type.String({ minLength: 1, maxLength: 20 }),
  /** Version of the tax rules that the amounts were computed with. */
  taxRuleVersion: Type.String({ minLength: 1, maxLength: 40 }),
};

const signedAmounts = {
  gross: SignedWon,
  incomeTax: SignedWon,
  localTax: SignedWon,
  farmTax: SignedWon,
  net: SignedWon,
};

/** Interest was paid; its id is the payout's. `gross = incomeTax + localTax + farmTax + net`. */
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

/** A payout was taken back, with every amount of the original negated. A line of the month of the reversal. */
export const InterestReversed = Type.Object({
  kind: Type.Literal('REVERSAL'),
  ...common,
  reversalId: Uuid,
  /** The day of the original payout: the payment statement of that year changes. */
  originalBusinessDate: BankDate,
  ...signedAmounts,
});
export type InterestReversed = Type.Static<typeof InterestReversed>;

/** A paid period came out differently after a back-dated movement: the difference, under the rules of the original's day. */
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

/** The version that this service writes. */
export const TAX_EVENT_VERSION = SCHEMA_VERSION;
