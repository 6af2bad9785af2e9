import Type from 'typebox';
import { INELIGIBILITY_REASONS, type IneligibilityReason } from './reasons.ts';

/**
 * An expected answer to a payout, and not a fault. Both cores must give the same refusal.
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
