import Type from 'typebox';

/** Why an account may not be paid on demand, in order of precedence: the first that holds is the answer's reason. */
export const INELIGIBILITY_REASONS = [
  'ACCOUNT_CLOSED',
  'HOLDER_COMPROMISED',
  'HOLDER_DECEASED',
  'PAYMENT_STOPPED',
  'SEIZED',
  'PLEDGED',
  'ACCOUNT_DORMANT',
  'ACCOUNT_SUSPENDED',
  'DEPOSIT_STOPPED',
  'WITHDRAWAL_STOPPED',
  'CORPORATE_NOT_ALLOWED',
  'TAX_CLASS_UNKNOWN',
] as const;
export type IneligibilityReason = (typeof INELIGIBILITY_REASONS)[number];

/**
 * An expected answer to a payout, not a fault: both cores must agree on it.
 * Precedence: NOT_ELIGIBLE, then ALREADY_PAID_TODAY, then NOTHING_TO_PAY.
 */
export const Refusal = Type.Union([
  Type.Object(
    { code: Type.Literal('NOT_ELIGIBLE'), reason: Type.Enum([...INELIGIBILITY_REASONS]) },
    { additionalProperties: false },
  ),
  Type.Object({ code: Type.Literal('ALREADY_PAID_TODAY') }, { additionalProperties: false }),
  Type.Object({ code: Type.Literal('NOTHING_TO_PAY') }, { additionalProperties: false }),
]);
export type Refusal =
  | { code: 'NOT_ELIGIBLE'; reason: IneligibilityReason }
  | { code: 'ALREADY_PAID_TODAY' }
  | { code: 'NOTHING_TO_PAY' };
