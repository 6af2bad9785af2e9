import { type Segment, slicesOf } from './accrual.ts';
import { DAY_COUNTS, daysOf } from './day-count.ts';
import { type Fraction, formatFraction } from './decimal.ts';
import type { AccountSnapshot, Interest } from './interest.ts';
import type { ProductTerms } from './product.ts';
import type { RoundingMode } from './rounding.ts';
import type { TaxName, TaxStep } from './tax.ts';

/** The steps of a calculation, so that a person can check them by hand. Fractions are exact, in lowest terms. */
export type InterestExplanation = {
  dayCount: string;
  tiers: ProductTerms['tierMode'];
  segments: {
    from: string;
    to: string;
    days: string;
    yearFraction: string;
    balance: string;
    slices: { amount: string; annualRate: string; interest: string }[];
    interest: string;
  }[];
  exactInterest: string;
  roundings: { of: 'gross' | TaxName; rule: string; source: string; exact: string; result: string }[];
};

const INTEREST_SOURCE = '입출금이 자유로운 예금 약관 2조; 상품설명서 (원 미만 절사)';
const MODES = {
  floor: 'cut',
  'half-up': 'rounded half up',
  'half-even': 'rounded half to even',
} as const satisfies Record<RoundingMode, string>;

export function explainInterest({ terms }: AccountSnapshot, interest: Interest): InterestExplanation {
  const { accrual } = interest;
  return {
    dayCount: terms.dayCount,
    tiers: terms.tierMode,
    segments: accrual.segments.map((segment) => explainSegment(terms, segment, accrual.denominator)),
    exactInterest: formatFraction(accrual),
    roundings: [
      {
        of: 'gross',
        rule: `${MODES[terms.rounding.mode]} to ${terms.rounding.scale} decimals of won, once, at payment`,
        source: INTEREST_SOURCE,
        exact: formatFraction(accrual),
        result: String(interest.gross),
      },
      ...interest.taxSteps.map(explainTax),
    ],
  };
}

function explainSegment(terms: ProductTerms, segment: Segment, denominator: bigint) {
  const { unitsPerYear } = DAY_COUNTS[terms.dayCount];
  const yearFraction: Fraction = { numerator: segment.units, denominator: unitsPerYear };
  return {
    from: segment.from,
    to: segment.to,
    days: String(daysOf(terms.dayCount, segment.from, segment.to)),
    yearFraction: formatFraction(yearFraction),
    balance: String(segment.balance),
    slices: slicesOf(segment.balance, segment.tiers, terms.tierMode).map(({ amount, annualRate }) => ({
      amount: String(amount),
      annualRate: formatFraction(annualRate),
      interest: formatFraction({
        numerator: amount * annualRate.numerator * yearFraction.numerator,
        denominator: annualRate.denominator * yearFraction.denominator,
      }),
    })),
    interest: formatFraction({ numerator: segment.numerator, denominator }),
  };
}

function explainTax({ tax, base, rate, exact, cutBelow, withheld, source }: TaxStep) {
  const cut = `${formatFraction(rate)} of ${formatFraction(base)} won, cut below ${cutBelow} won`;
  const none = withheld === 0n && exact.numerator >= exact.denominator * cutBelow;
  return {
    of: tax,
    rule: none ? `${cut}; below the least amount, so none` : cut,
    source,
    exact: formatFraction(exact),
    result: String(withheld),
  };
}
