import Type from 'typebox';
import { BankDate, Won } from './money.ts';

/** An exact value in lowest terms, `"11317/66795"`. */
const ExactFraction = Type.String({
  pattern: '^(0|[1-9][0-9]*)/[1-9][0-9]*$',
  description: 'Exact, in lowest terms',
});

/** A part of a balance and what it earns in the segment. */
const Slice = Type.Object(
  { amount: Won, annualRate: ExactFraction, interest: ExactFraction },
  { additionalProperties: false },
);

/** Days on which neither balance nor rates change; `yearFraction` is the product's day count of them. */
const Segment = Type.Object(
  {
    from: BankDate,
    to: BankDate,
    days: Type.String({ pattern: '^[0-9]+$' }),
    yearFraction: ExactFraction,
    balance: Won,
    slices: Type.Array(Slice),
    interest: ExactFraction,
  },
  { additionalProperties: false },
);

/** One rounding: what it was, by which rule, and what it became. */
const RoundingStep = Type.Object(
  {
    of: Type.Enum(['gross', 'incomeTax', 'localTax', 'farmTax']),
    rule: Type.String(),
    source: Type.String(),
    exact: ExactFraction,
    result: Won,
  },
  { additionalProperties: false },
);

/** How a quote came about, complete enough to check it by hand: exact interest, then each rounding once. */
export const Explanation = Type.Object(
  {
    dayCount: Type.String(),
    tiers: Type.Enum(['slice', 'whole']),
    segments: Type.Array(Segment),
    exactInterest: ExactFraction,
    roundings: Type.Array(RoundingStep),
  },
  { additionalProperties: false },
);
export type Explanation = Type.Static<typeof Explanation>;
