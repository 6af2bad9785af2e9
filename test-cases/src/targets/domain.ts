import {
  type AccountSnapshot,
  computeInterest,
  DAY_COUNTS,
  daysOf,
  formatFraction,
  type Interest,
  parseDecimal,
  type TaxRules,
  withhold,
} from '@core-exit/interest-service/domain';
import { readTaxRules } from '@core-exit/interest-service/tax-rules';
import type { Answer } from '../answer.ts';
import { daysAfter } from '../row/dates.ts';
import { decimalsOf, moneyOf, unitsOf } from '../row/exact.ts';
import {
  balancesInForce,
  type Case,
  type DayCountRow,
  type PayoutRow,
  productOf,
  standingOf,
  type TaxRow,
  treatyOf,
} from '../row/row.ts';

export type DomainAnswer = { answer: Answer; explanation: string };

/** Without a tax class a row is about interest only, so no tax is withheld on any day. */
const INTEREST_ONLY: TaxRules = {
  version: 'interest-only',
  rules: [
    {
      taxClass: 'exempt',
      from: '0001-01-01',
      incomeTax: { rate: '0', cutBelow: '1' },
      localTax: null,
      farmTax: null,
      incomeTaxAtLeast: null,
      source: 'no tax class given',
    },
  ],
};

/** The domain of the new core, in this process, with the tax rules of its release. */
export function domainTarget(
  taxRules: TaxRules = readTaxRules(
    new URL(import.meta.resolve('@core-exit/interest-service/rules/tax.json')),
  ),
): (one: Case) => DomainAnswer {
  return (one) => {
    switch (one.kind) {
      case 'payout':
        return one.row.given.repeatDaily === true
          ? paidDaily(one.row, taxRules)
          : paidOnce(one.row, taxRules);
      case 'tax':
        return withheld(one.row, taxRules);
      case 'day count':
        return counted(one.row);
    }
  };
}

function paidOnce(row: PayoutRow, taxRules: TaxRules): DomainAnswer {
  const interest = compute(row, taxRules, row.given.period, []);
  const { scale } = productOf(row).rounding;
  const money = (units: bigint) => moneyOf(units, scale);
  return {
    answer: {
      gross: money(interest.gross),
      incomeTax: money(interest.incomeTax),
      localTax: money(interest.localTax),
      farmTax: money(interest.farmTax),
      net: money(interest.net),
      refusal: refusalOf(interest),
    },
    explanation: explain(interest, scale),
  };
}

type Credit = { on: string; units: bigint };

function paidDaily(row: PayoutRow, taxRules: TaxRules): DomainAnswer {
  const { scale } = productOf(row).rounding;
  const credits: Credit[] = [];
  let paidThrough = row.given.period.from;
  let last: Interest | null = null;
  for (const day of daysAfter(row.given.period.from, row.given.period.to)) {
    last = compute(row, taxRules, { from: paidThrough, to: day }, credits);
    if (last.refusal !== null) continue;
    credits.push({ on: day, units: last.net });
    paidThrough = day;
  }
  const totalNet = credits.reduce((sum, { units }) => sum + units, 0n);
  const closing = unitsOf(balancesInForce(row).at(-1)?.closing ?? '0', scale);
  return {
    answer: {
      totalNet: moneyOf(totalNet, scale),
      payouts: credits.length,
      finalBalance: moneyOf(closing + totalNet, scale),
      refusal: last && refusalOf(last),
    },
    explanation:
      last === null ? 'no day to pay on' : `the last of ${credits.length} payouts:\n${explain(last, scale)}`,
  };
}

/**
 * The domain computes with whole units. A row with decimals is therefore given in its smallest unit, with rates that are smaller
 * by the same factor, so that the interest in won is the same.
 */
function compute(
  row: PayoutRow,
  taxRules: TaxRules,
  period: { from: string; to: string },
  credits: Credit[],
): Interest {
  const product = productOf(row);
  const { scale } = product.rounding;
  const decimals = Math.max(
    ...row.given.balances.map(({ closing }) => decimalsOf(closing)),
    ...product.rates.flatMap(({ tiers }) => tiers.map(({ upTo }) => decimalsOf(upTo ?? ''))),
    credits.length > 0 ? scale : 0,
  );
  const perWon = 10n ** BigInt(decimals);
  const smaller = (rate: string) => {
    const { numerator, denominator } = parseDecimal(rate);
    return { numerator, denominator: denominator * perWon };
  };
  const snapshot: AccountSnapshot = {
    accountNo: row.id,
    customerId: row.id,
    basis: { businessDate: period.to, ledgerSeq: 0n },
    balance: 0n,
    paidThrough: period.from,
    paidToday: row.given.paidToday ?? false,
    standing: { ...standingOf(row), taxClass: row.given.taxClass ?? 'exempt', treaty: treatyOf(row.given) },
    terms: {
      productCode: row.id,
      dayCount: product.dayCount,
      tierMode: product.tiers,
      rounding: product.rounding,
      minimumPayable: product.minimumPayable === undefined ? 1n : unitsOf(product.minimumPayable, scale),
      capitalisationDay: null,
      corporateAllowed: product.corporateAllowed,
      paysUnderWithdrawalStop: product.paysUnderWithdrawalStop,
    },
    rates: product.rates.map(({ from, tiers }) => ({
      from,
      tiers: tiers.map(({ upTo, annualRate }) => ({
        upTo: upTo === null ? null : unitsOf(upTo, decimals),
        annualRate: smaller(annualRate),
      })),
    })),
    closings: closingsOf(row, credits, decimals, scale),
  };
  return computeInterest(snapshot, row.given.taxClass === undefined ? INTEREST_ONLY : taxRules);
}

/** The given balances, plus the credits since. */
function closingsOf(row: PayoutRow, credits: Credit[], decimals: number, scale: number) {
  const given = balancesInForce(row).map(({ from, closing }) => ({
    from,
    closing: unitsOf(closing, decimals),
  }));
  if (credits.length === 0) return given;
  const days = [...new Set([...given.map(({ from }) => from), ...credits.map(({ on }) => on)])].sort();
  const unit = 10n ** BigInt(decimals - scale);
  let [nextGiven, nextCredit, base, credited] = [0, 0, 0n, 0n];
  return days.map((from) => {
    for (; (given[nextGiven]?.from ?? '~') <= from; nextGiven += 1) base = given[nextGiven]?.closing ?? base;
    for (; (credits[nextCredit]?.on ?? '~') <= from; nextCredit += 1)
      credited += (credits[nextCredit]?.units ?? 0n) * unit;
    return { from, closing: base + credited };
  });
}

function refusalOf({ refusal }: Interest): Answer[string] {
  if (refusal === null) return null;
  return refusal.code === 'NOT_ELIGIBLE'
    ? { code: refusal.code, reason: refusal.reason }
    : { code: refusal.code };
}

function withheld({ given }: TaxRow, taxRules: TaxRules): DomainAnswer {
  const gross = BigInt(given.gross);
  const { taxes, steps } = withhold(taxRules, given.taxClass, treatyOf(given), given.on, {
    numerator: gross,
    denominator: 1n,
  });
  const net = gross - taxes.incomeTax - taxes.localTax - taxes.farmTax;
  return {
    answer: {
      incomeTax: String(taxes.incomeTax),
      localTax: String(taxes.localTax),
      farmTax: String(taxes.farmTax),
      net: String(net),
    },
    explanation: explain({ taxSteps: steps }, 0),
  };
}

function counted({ given: { dayCount, start, end } }: DayCountRow): DomainAnswer {
  const { unitsPerYear, unitsSince } = DAY_COUNTS[dayCount];
  const yearFraction = formatFraction({ numerator: unitsSince(start, end), denominator: unitsPerYear });
  const days = Number(daysOf(dayCount, start, end));
  return { answer: { days, yearFraction }, explanation: `${days} days, ${yearFraction} years` };
}

/** The steps of an amount, for a person who checks a failed row by hand. */
function explain(interest: Partial<Interest> & Pick<Interest, 'taxSteps'>, scale: number): string {
  const { accrual, gross } = interest;
  const lines = (accrual?.segments ?? []).map(
    ({ from, to, balance, numerator }) =>
      `[${from}, ${to}) on ${balance}: ${formatFraction({ numerator, denominator: accrual?.denominator ?? 1n })}`,
  );
  if (accrual !== undefined && gross !== undefined)
    lines.push(`exact ${formatFraction(accrual)}, gross ${moneyOf(gross, scale)}`);
  for (const { tax, base, rate, exact, withheld, source } of interest.taxSteps) {
    lines.push(
      `${tax}: ${formatFraction(rate)} of ${formatFraction(base)} = ${formatFraction(exact)} -> ${withheld} (${source})`,
    );
  }
  return lines.join('\n');
}
