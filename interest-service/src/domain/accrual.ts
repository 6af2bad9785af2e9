import type { BankDate } from './calendar.ts';
import { DAY_COUNTS } from './day-count.ts';
import type { Fraction } from './decimal.ts';
import type { ProductTerms, RateTable, Tier, TierMode } from './product.ts';

/** The end-of-day balance from a day on, until the next change. */
export type Closing = { from: BankDate; closing: bigint };

/** Half-open `[from, to)`. */
export type Period = { from: BankDate; to: BankDate };

/** A stretch of days on which neither balance nor rates change, and what it earns. */
export type Segment = Period & {
  balance: bigint;
  tiers: readonly Tier[];
  /** In units of the day count. */
  units: bigint;
  /** A numerator over the denominator of the accrual. */
  numerator: bigint;
};

export type Accrual = Fraction & { segments: readonly Segment[] };

/** Rates are read with at most this many decimals (the ledger keeps six), so all terms share one denominator. */
const RATE_SCALE = 1_000_000_000n;

/**
 * Interest of a period, exact: each day's closing balance at the rates in force that day, over the year of the
 * product's day count (입출금이 자유로운 예금 약관 2조: from the last payment to the day before this one).
 * Cost grows with balance and rate changes, not with days. `closings` and `rates` ascend by `from`; a day before
 * the first of either earns zero, and so does a balance of zero or a balance that no tier covers.
 */
export function accrue(
  terms: Pick<ProductTerms, 'dayCount' | 'tierMode'>,
  rates: readonly RateTable[],
  closings: readonly Closing[],
  period: Period,
): Accrual {
  const { unitsPerYear, unitsSince } = DAY_COUNTS[terms.dayCount];
  const segments: Segment[] = [];
  let sum = 0n;
  let unitsBefore = 0n;
  let nextClosing = firstAfter(closings, period.from);
  let nextRates = firstAfter(rates, period.from);
  for (let from = period.from; from < period.to; ) {
    const balance = closings[nextClosing - 1]?.closing ?? 0n;
    const tiers = rates[nextRates - 1]?.tiers ?? [];
    const closingEnds = closings[nextClosing]?.from ?? period.to;
    const ratesEnd = rates[nextRates]?.from ?? period.to;
    const to = earliest(period.to, closingEnds, ratesEnd);
    const unitsUpTo = unitsSince(period.from, to);
    const units = unitsUpTo - unitsBefore;
    const numerator = balance > 0n ? yearlyInterest(balance, tiers, terms.tierMode) * units : 0n;
    segments.push({ from, to, balance, tiers, units, numerator });
    sum += numerator;
    unitsBefore = unitsUpTo;
    if (to === closingEnds) nextClosing += 1;
    if (to === ratesEnd) nextRates += 1;
    from = to;
  }
  return { numerator: sum, denominator: RATE_SCALE * unitsPerYear, segments };
}

/** Index of the first element that begins after a day. */
function firstAfter(ascending: readonly { from: BankDate }[], day: BankDate): number {
  const index = ascending.findIndex((entry) => entry.from > day);
  return index === -1 ? ascending.length : index;
}

function earliest(a: BankDate, b: BankDate, c: BankDate): BankDate {
  const first = a < b ? a : b;
  return first < c ? first : c;
}

/** A slice of a balance and its rate; with whole-balance tiers there is one. */
export type Slice = { amount: bigint; annualRate: Fraction };

/** The slices a balance falls into. An amount at the edge belongs to the lower tier (이하 / 초과). */
export function slicesOf(balance: bigint, tiers: readonly Tier[], mode: TierMode): Slice[] {
  const slices: Slice[] = [];
  let lower = 0n;
  for (const { upTo, annualRate } of tiers) {
    const reachesIn = upTo === null || balance <= upTo;
    if (mode === 'whole') {
      if (reachesIn) return [{ amount: balance, annualRate }];
    } else {
      slices.push({ amount: (reachesIn ? balance : upTo) - lower, annualRate });
      if (reachesIn) return slices;
      lower = upTo;
    }
  }
  return slices;
}

/** A year's interest on a balance, in units of 1/RATE_SCALE won. */
function yearlyInterest(balance: bigint, tiers: readonly Tier[], mode: TierMode): bigint {
  let sum = 0n;
  for (const { amount, annualRate } of slicesOf(balance, tiers, mode)) sum += amount * scaledRate(annualRate);
  return sum;
}

function scaledRate({ numerator, denominator }: Fraction): bigint {
  const scaled = numerator * RATE_SCALE;
  if (scaled % denominator !== 0n) {
    throw new RangeError(`a rate has more than nine decimals: ${numerator}/${denominator}`);
  }
  return scaled / denominator;
}
