import { exists } from '../row/dates.ts';
import { decimalsOf, exact, inLowestTerms, unitsOf } from '../row/exact.ts';
import {
  balancesInForce,
  type DayCountRow,
  type Kind,
  type PayoutRow,
  productOf,
  type TaxRow,
} from '../row/row.ts';
import { MOST_DECIMALS } from '../row/schema.ts';
import type { RowFault } from './schema-checks.ts';

/** Checks of a row that fits its schema: contradictions between its fields. */
export const SEMANTIC_CHECKS = {
  payout: (row) => checkOfPayout(row as PayoutRow),
  tax: (row) => checkOfTax(row as TaxRow),
  'day count': (row) => checkOfDayCount(row as DayCountRow),
} as const satisfies Record<Kind, (row: unknown) => RowFault[]>;

function checkOfPayout(row: PayoutRow): RowFault[] {
  const dates = [
    ...datesIn(row.given.product.rates, '/given/product/rates'),
    ...datesIn(row.given.balances, '/given/balances'),
    ...missing(row.given.period.from, '/given/period/from'),
    ...missing(row.given.period.to, '/given/period/to'),
  ];
  if (dates.length > 0) return dates;
  return [
    ...checkOfRates(row),
    ...checkOfPeriod(row),
    ...checkOfBalances(row),
    ...checkOfTreaty(row.given),
    ...decimals(row),
    ...checkOfExpectation(row),
  ];
}

function checkOfTax(row: TaxRow): RowFault[] {
  return [...missing(row.given.on, '/given/on'), ...checkOfTreaty(row.given)];
}

function checkOfDayCount({ given, expect }: DayCountRow): RowFault[] {
  const faults = [...missing(given.start, '/given/start'), ...missing(given.end, '/given/end')];
  if (given.start > given.end)
    faults.push({
      pointer: '/given/end',
      reason: `period reversed: ends ${given.end} before it starts ${given.start}`,
    });
  const { days, yearFraction, tolerance } = expect;
  if (days === undefined && yearFraction === undefined)
    faults.push({ pointer: '/expect', reason: 'neither days nor yearFraction' });
  if (String(yearFraction).includes('/')) {
    if (!inLowestTerms(exact(String(yearFraction))))
      faults.push({ pointer: '/expect/yearFraction', reason: `${yearFraction} is not in lowest terms` });
    if (tolerance !== undefined)
      faults.push({ pointer: '/expect/tolerance', reason: 'a fraction is exact and has no tolerance' });
  }
  return faults;
}

function missing(date: string, pointer: string): RowFault[] {
  return exists(date) ? [] : [{ pointer, reason: `there is no day ${date}` }];
}

function datesIn(dated: readonly { from: string; postedOn?: string }[], pointer: string): RowFault[] {
  return dated.flatMap(({ from, postedOn }, i) => [
    ...missing(from, `${pointer}/${i}/from`),
    ...(postedOn === undefined ? [] : missing(postedOn, `${pointer}/${i}/postedOn`)),
  ]);
}

function checkOfRates({ given: { product } }: PayoutRow): RowFault[] {
  const at = '/given/product/rates';
  return product.rates.flatMap(({ from, tiers }, i) => {
    const faults: RowFault[] = [];
    const before = product.rates[i - 1]?.from;
    if (before === from)
      faults.push({ pointer: `${at}/${i}/from`, reason: `overlapping rates: two tables from ${from}` });
    if (before !== undefined && before > from)
      faults.push({ pointer: `${at}/${i}/from`, reason: `rates out of order: ${from} after ${before}` });
    for (const [t, { upTo }] of tiers.entries()) {
      const pointer = `${at}/${i}/tiers/${t}`;
      const lower = t === 0 ? '0' : tiers[t - 1]?.upTo;
      if (lower === null) faults.push({ pointer, reason: 'a tier after the open one (upTo null)' });
      else if (lower !== undefined && upTo !== null && compare(upTo, lower) <= 0) {
        faults.push({ pointer: `${pointer}/upTo`, reason: `tiers do not rise: ${upTo} after ${lower}` });
      }
    }
    return faults;
  });
}

function checkOfPeriod({ given: { period, paidToday, repeatDaily } }: PayoutRow): RowFault[] {
  if (period.from > period.to) {
    return [
      {
        pointer: '/given/period/to',
        reason: `period reversed: ends ${period.to} before it starts ${period.from}`,
      },
    ];
  }
  if (paidToday !== true) return [];
  if (period.from !== period.to)
    return [{ pointer: '/given/paidToday', reason: 'after a payout today the period is empty: from = to' }];
  return repeatDaily === true ? [{ pointer: '/given/paidToday', reason: 'not with repeatDaily' }] : [];
}

function checkOfBalances(row: PayoutRow): RowFault[] {
  const { balances, period } = row.given;
  const at = '/given/balances';
  const faults = balances.flatMap(({ from, postedOn }, i): RowFault[] => {
    const before = balances[i - 1]?.from;
    if (before === from) return [{ pointer: `${at}/${i}/from`, reason: `two balances from ${from}` }];
    if (before !== undefined && before > from)
      return [{ pointer: `${at}/${i}/from`, reason: `balances out of order: ${from} after ${before}` }];
    if (postedOn !== undefined && postedOn < from)
      return [
        { pointer: `${at}/${i}/postedOn`, reason: `posted ${postedOn}, before its value date ${from}` },
      ];
    if (postedOn !== undefined && postedOn > period.to)
      return [{ pointer: `${at}/${i}/postedOn`, reason: `posted ${postedOn}, after the period's end` }];
    return [];
  });
  const first = balances[0]?.from ?? '';
  if (first > period.from) {
    faults.push({ pointer: `${at}/0/from`, reason: `gap in balances: none from ${period.from} to ${first}` });
  }
  return faults.length > 0 ? faults : neverOverdrawn(row);
}

/** A back-dated movement counts from its posting date. Until then the account must have had the money. */
function neverOverdrawn(row: PayoutRow): RowFault[] {
  const movements = balancesInForce(row).map(({ closing, from, postedOn }, i, all) => ({
    i,
    postedOn: postedOn ?? from,
    amount: unitsOf(closing, MOST_DECIMALS) - unitsOf(all[i - 1]?.closing ?? '0', MOST_DECIMALS),
  }));
  let balance = 0n;
  for (const { i, amount } of movements.toSorted((a, b) =>
    a.postedOn < b.postedOn ? -1 : a.postedOn > b.postedOn ? 1 : a.i - b.i,
  )) {
    balance += amount;
    if (balance < 0n)
      return [
        {
          pointer: `/given/balances/${i}`,
          reason: 'in the order of posting the balance would go below zero',
        },
      ];
  }
  return [];
}

function checkOfTreaty(given: { taxClass?: string; treaty?: { rate: string } }): RowFault[] {
  if (given.treaty === undefined) return [];
  if (given.taxClass !== 'non-resident')
    return [{ pointer: '/given/treaty', reason: 'a treaty is for tax class non-resident only' }];
  return compare(given.treaty.rate, '1') >= 0
    ? [{ pointer: '/given/treaty/rate', reason: 'a treaty rate is below 1' }]
    : [];
}

function decimals(row: PayoutRow): RowFault[] {
  const { scale } = productOf(row).rounding;
  const { product, balances } = row.given;
  const money: [pointer: string, text: string | null | undefined][] = [
    ...balances.map(({ closing }, i): [string, string] => [`/given/balances/${i}/closing`, closing]),
    ...product.rates.flatMap(({ tiers }, i) =>
      tiers.map(({ upTo }, t): [string, string | null] => [
        `/given/product/rates/${i}/tiers/${t}/upTo`,
        upTo,
      ]),
    ),
    ['/given/product/minimumPayable', product.minimumPayable],
    ...Object.entries(row.expect).map(([name, text]): [string, string | undefined] => [
      `/expect/${name}`,
      typeof text === 'string' && name !== 'payouts' ? text : undefined,
    ]),
  ];
  return money.flatMap(([pointer, text]) =>
    typeof text === 'string' && decimalsOf(text) > scale
      ? [{ pointer, reason: `${text} has more decimals than rounding.scale ${scale}` }]
      : [],
  );
}

const OF_ONE_PAYOUT = ['gross', 'incomeTax', 'localTax', 'farmTax', 'net'] as const;
const OF_MANY_PAYOUTS = ['totalNet', 'payouts', 'finalBalance'] as const;

function checkOfExpectation({ given, expect }: PayoutRow): RowFault[] {
  const [wrong, why] =
    given.repeatDaily === true
      ? [OF_ONE_PAYOUT, 'is of one payout; with repeatDaily: totalNet, payouts, finalBalance']
      : [OF_MANY_PAYOUTS, 'needs repeatDaily'];
  return wrong
    .filter((name) => expect[name] !== undefined)
    .map((name) => ({ pointer: `/expect/${name}`, reason: `"${name}" ${why}` }));
}

function compare(a: string, b: string): number {
  const [x, y] = [exact(a), exact(b)];
  const difference = x.numerator * y.denominator - y.numerator * x.denominator;
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}
