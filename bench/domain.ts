import {
  type AccountSnapshot,
  type Closing,
  computeInterest,
  parseDecimal,
  type RateTable,
} from '@core-exit/interest-service/domain';
import { readTaxRules } from '@core-exit/interest-service/tax-rules';
import { median, range, table } from './figures.ts';

const ROUNDS = 7;
const ROUND_MS = 300;
/** At this rate the computation of a usual quote is short beside one round trip to the database. */
const TARGET_QUOTES_PER_SECOND = 50_000;

const taxRules = readTaxRules(new URL(import.meta.resolve('@core-exit/interest-service/rules/tax.json')));
const DAY_MS = 86_400_000;
const START = Date.parse('2016-01-01T00:00:00Z');
const dateAt = (day: number): string => new Date(START + day * DAY_MS).toISOString().slice(0, 10);

const THREE_TIERS: RateTable[] = [
  {
    from: '2015-01-01',
    tiers: [
      { upTo: 50_000_000n, annualRate: parseDecimal('0.023') },
      { upTo: 100_000_000n, annualRate: parseDecimal('0.03') },
      { upTo: null, annualRate: parseDecimal('0.04') },
    ],
  },
];

/** An account over `days` whose closing changes `changes` times, spread evenly. */
function account(days: number, changes: number): AccountSnapshot {
  const closings: Closing[] = Array.from({ length: changes }, (_, i) => ({
    from: dateAt(Math.floor((i * days) / changes)),
    closing: 40_000_000n + BigInt(i % 97) * 1_234_567n,
  }));
  return {
    accountNo: '100200000001',
    customerId: 'C000000001',
    basis: { businessDate: dateAt(days), ledgerSeq: BigInt(changes) },
    balance: 0n,
    paidThrough: dateAt(0),
    paidToday: false,
    standing: {
      accountStatus: 'active',
      customerStatus: 'active',
      taxClass: 'resident',
      treaty: null,
      holds: [],
    },
    terms: {
      productCode: 'BENCH',
      dayCount: 'ACT/365F',
      tierMode: 'slice',
      rounding: { scale: 0, mode: 'floor' },
      minimumPayable: 1n,
      capitalisationDay: null,
      corporateAllowed: false,
      paysUnderWithdrawalStop: false,
    },
    rates: THREE_TIERS,
    closings,
  };
}

/** The same interest, summed day by day, to check the fast computation. */
function grossDayByDay({ closings, rates, paidThrough, basis }: AccountSnapshot): bigint {
  let sum = 0n;
  for (let day = paidThrough; day < basis.businessDate; ) {
    const balance = closings.findLast((c) => c.from <= day)?.closing ?? 0n;
    let lower = 0n;
    for (const { upTo, annualRate } of rates.findLast((r) => r.from <= day)?.tiers ?? []) {
      const top = upTo === null || balance <= upTo ? balance : upTo;
      if (top > lower) sum += (top - lower) * ((annualRate.numerator * 1_000_000n) / annualRate.denominator);
      lower = top;
    }
    day = new Date(Date.parse(day) + DAY_MS).toISOString().slice(0, 10);
  }
  return sum / (1_000_000n * 365n);
}

function microsecondsPerQuote(given: AccountSnapshot): number {
  const ends = performance.now() + ROUND_MS;
  let quotes = 0;
  const started = performance.now();
  while (performance.now() < ends) {
    for (let i = 0; i < 20; i += 1) computeInterest(given, taxRules);
    quotes += 20;
  }
  return ((performance.now() - started) * 1_000) / quotes;
}

/** Microseconds of a quote, by balance changes and days. Returns whether every result was right. */
export function benchDomain(): boolean {
  const usual = account(365, 4);
  const byChanges = [1, 4, 10, 100, 1_000].map((changes) => ({
    title: `${changes} changes, 3,650 days`,
    given: account(3_650, changes),
  }));
  const byDays = [1, 30, 365, 3_650].map((days) => ({
    title: `4 changes, ${days} days`,
    given: account(days, Math.min(4, days)),
  }));
  const cells = [{ title: 'usual: one year, 4 changes, 3 tiers', given: usual }, ...byChanges, ...byDays];
  const wrong = cells.filter(({ given }) => computeInterest(given, taxRules).gross !== grossDayByDay(given));
  for (const { title } of wrong) process.stdout.write(`WRONG: ${title} differs from the sum day by day\n`);

  const times = cells.map(() => [] as number[]);
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [i, { given }] of cells.entries()) times[i]?.push(microsecondsPerQuote(given));
  }
  const rows = cells.map(({ title }, i) => {
    const found = times[i] ?? [];
    return [
      title,
      `${median(found).toFixed(2)} µs`,
      range(found, 2),
      Math.round(1e6 / median(found)).toLocaleString('en'),
    ];
  });
  process.stdout.write(`${table(['account', 'median', 'range', 'quotes/s, one core'], rows)}\n`);
  const perSecond = 1e6 / median(times[0] ?? []);
  const fast = perSecond >= TARGET_QUOTES_PER_SECOND;
  process.stdout.write(
    `${fast ? 'reached' : 'MISSED'}: ${Math.round(perSecond).toLocaleString('en')} of ${TARGET_QUOTES_PER_SECOND.toLocaleString('en')} usual quotes a second\n`,
  );
  return wrong.length === 0;
}
