import { addDays, daysBetween } from '../row/dates.ts';
import { exact, unitsOf } from '../row/exact.ts';
import { type Case, type PayoutRow, productOf, standingOf } from '../row/row.ts';
import { MOST_DECIMALS } from '../row/schema.ts';

export type Dimensions = Record<string, string[]>;

/** The dimensions of a row, computed from its `given`. Its title does not count. */
export function dimensionsOf(one: Case): Dimensions {
  if (one.kind === 'day count') return { kind: ['day count'], 'day count': [one.row.given.dayCount] };
  if (one.kind === 'tax') return { kind: ['tax'], 'tax class': [taxValue(one.row.given)] };
  const { row } = one;
  const product = productOf(row);
  const standing = standingOf(row);
  return {
    kind: ['payout'],
    'day count': [product.dayCount],
    tiers: [product.tiers],
    rounding: [
      `${product.rounding.mode}${product.rounding.scale === 0 ? '' : `, ${product.rounding.scale} decimals`}`,
    ],
    minimum: [product.minimumPayable ?? 'one unit'],
    'tier edge': edgesOf(row),
    'tax class': [taxValue(row.given)],
    'corporate switch': [product.corporateAllowed ? 'allowed' : 'not allowed'],
    'withdrawal switch': [product.paysUnderWithdrawalStop ? 'pays' : 'refuses'],
    'customer status': [standing.customerStatus],
    'account status': [standing.accountStatus],
    holds: [standing.holds.length === 0 ? 'none' : standing.holds.join('+')],
    'day situation': situationsOf(row),
  };
}

function taxValue(given: { taxClass?: string; treaty?: { includesLocalTax?: boolean } }): string {
  if (given.taxClass === undefined) return 'interest only';
  if (given.treaty === undefined) return given.taxClass;
  return `${given.taxClass}, treaty ${given.treaty.includesLocalTax === false ? 'without' : 'with'} local tax`;
}

const BESIDE_AN_EDGE: readonly [string, bigint][] = [
  ['one won below', -1n],
  ['at', 0n],
  ['one won above', 1n],
];

function edgesOf({ given }: PayoutRow): string[] {
  const found = new Set<string>();
  const won = (money: string) => unitsOf(money, MOST_DECIMALS) / 10n ** BigInt(MOST_DECIMALS);
  const closings = new Set(given.balances.map(({ closing }) => won(closing)));
  for (const { tiers } of given.product.rates) {
    for (const [i, { upTo }] of tiers.entries()) {
      if (upTo === null) continue;
      for (const [where, away] of BESIDE_AN_EDGE)
        if (closings.has(won(upTo) + away)) found.add(`edge ${i + 1}: ${where}`);
    }
  }
  return found.size > 0 ? [...found] : ['elsewhere'];
}

const MANY_MONTHS_IN_DAYS = 180;

function situationsOf(row: PayoutRow): string[] {
  const { period, balances, product } = row.given;
  const days = daysBetween(period.from, period.to);
  const inPeriod = (is: (day: string) => boolean) => {
    for (let day = period.from; day < period.to; day = addDays(day, 1)) if (is(day)) return true;
    return false;
  };
  const backDated = (sign: 1 | -1) =>
    balances.some(({ from, postedOn, closing }, i) => {
      const change = Math.sign(Number(closing) - Number(balances[i - 1]?.closing ?? '0'));
      return postedOn !== undefined && postedOn > from && change === sign;
    });
  const found = {
    'leap day': inPeriod((day) => day.endsWith('-02-29')),
    'year end': inPeriod((day) => day.endsWith('-12-31')),
    'month end': inPeriod((day) => addDays(day, 1).endsWith('-01')),
    'rate change': product.rates.some(({ from }) => from > period.from && from < period.to),
    'first day after opening': days === 1 && balances[0]?.from === period.from,
    'many months': days >= MANY_MONTHS_IN_DAYS,
    'sub-won days': days > 1 && everyDayBelowOneWon(row),
    'back-dated deposit': backDated(1),
    'back-dated withdrawal': backDated(-1),
    'several payouts': row.given.repeatDaily === true && days > 1,
    'paid today': row.given.paidToday === true,
    'empty period': days === 0,
  };
  const names = Object.entries(found).flatMap(([name, holds]) => (holds ? [name] : []));
  return names.length > 0 ? names : ['ordinary days'];
}

/** Whether no day earns a won, in any tier. */
function everyDayBelowOneWon({ given }: PayoutRow): boolean {
  const rates = given.product.rates.flatMap(({ tiers }) => tiers.map(({ annualRate }) => exact(annualRate)));
  const balances = given.balances.map(({ closing }) => exact(closing));
  return balances.every((b) =>
    rates.every((r) => b.numerator * r.numerator < 360n * b.denominator * r.denominator),
  );
}
