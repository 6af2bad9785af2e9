import type { BankDate } from './calendar.ts';
import { DAY_COUNTS } from './day-count.ts';
import type { Fraction } from './decimal.ts';
import type { ProductTerms, RateTable, Tier, TierMode } from './product.ts';

/** The end-of-day balance from a day on, until the next change. */
export type Closing = { from: BankDate; closing: bigint };

/** Half-open `[from, to)`. */
export type Period = { from: BankDate; to: BankDate };

/** Rates are read with at most this many decimals (the ledger keeps six), so all terms share one denominator. */
const RATE_SCALE = 1_000_000_000n;

/**
 * Interest of a period, exact: each day's closing balance at the rates in force that day, over the year of the
 * product's day count (입출금이 자유로운 예금 약관 2조: from the last payment to the day before this one).
 * Cost grows with balance and rate changes, not with days. `closings` and `rates` ascend by `from`; a day before
 * the first of either earns nothing, and so does a balance of zero.
 */
export function accrue(
  terms: Pick<ProductTerms, 'dayCount' | 'tierMode'>,
  rates: readonly RateTable[],
  closings: readonly Closing[],
  period: Period,
): Fraction {
  const { unitsPerYear, units } = DAY_COUNTS[terms.dayCount];
  const edges = segmentEdges(rates, closings, period);
  let numerator = 0n;
  for (let i = 0; i + 1 < edges.length; i += 1) {
    const from = edges[i] as BankDate;
    const balance = lastAt(closings, from)?.closing ?? 0n;
    const table = lastAt(rates, from);
    if (balance <= 0n || table === undefined) continue;
    numerator += yearlyInterest(balance, table.tiers, terms.tierMode) * units(from, edges[i + 1] as BankDate);
  }
  return { numerator, denominator: RATE_SCALE * unitsPerYear };
}

/** The days on which anything changes, within the period and with both its ends. */
function segmentEdges(rates: readonly RateTable[], closings: readonly Closing[], period: Period): BankDate[] {
  if (period.from >= period.to) return [];
  const inside = [...rates, ...closings].map((c) => c.from).filter((d) => d > period.from && d < period.to);
  return [...new Set([period.from, ...inside, period.to])].sort();
}

function lastAt<T extends { from: BankDate }>(ascending: readonly T[], day: BankDate): T | undefined {
  return ascending.findLast((entry) => entry.from <= day);
}

/** A year's interest on a balance, in units of 1/RATE_SCALE won. */
function yearlyInterest(balance: bigint, tiers: readonly Tier[], mode: TierMode): bigint {
  let lower = 0n;
  let sum = 0n;
  for (const { upTo, annualRate } of tiers) {
    const rate = scaledRate(annualRate);
    const reachesIn = upTo === null || balance <= upTo;
    if (mode === 'whole') {
      if (reachesIn) return balance * rate;
    } else {
      sum += ((reachesIn ? balance : upTo) - lower) * rate;
      if (reachesIn) return sum;
      lower = upTo;
    }
  }
  return sum;
}

function scaledRate({ numerator, denominator }: Fraction): bigint {
  const scaled = numerator * RATE_SCALE;
  if (scaled % denominator !== 0n)
    throw new RangeError(`a rate has more than nine decimals: ${numerator}/${denominator}`);
  return scaled / denominator;
}
