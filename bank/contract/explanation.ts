import Type from 'typebox';
import { BankDate, Won } from './money.ts';

/** An exact value in lowest terms, e.g. `"11317/66795"`. */
const ExactFraction = Type.String({
  pattern: '^(0|[1-9][0-9]*)/[1-9][0-9]*$',
  description: 'Exact, in lowest terms',
});

/** The part of a balance inside one rate tier, and the interest of that part in the segment. */
const Slice = Type.Object(
  { amount: Won, annualRate: ExactFraction, interest: ExactFraction },
  { additionalProperties: false },
);

/** A run of days with one balance and one set of rates. `yearFraction` is their length by the day count of the product. */
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

/** One rounding: the exact value, the rule and its source, and the result. */
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

/** Every step of a quote, so that a person can check it by hand: the exact interest, then each rounding. */
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
