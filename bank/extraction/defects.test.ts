import { Answer, type Operation } from '@core-exit/comparator';
import { compareAnswers, compileRules, signatureOf } from '@core-exit/comparator/engine';
import { expect, test } from 'vitest';
import operations from './operations.ts';

const [, payout] = operations.operations as [Operation, Operation];

/** The account of a resident: a balance at 2 % for a number of days, in exact won. */
type Account = { balance: bigint; days: bigint };
type Amounts = { gross: bigint; incomeTax: bigint; localTax: bigint; farmTax: bigint; net: bigint };
type Line = { glCode: string; side: string; amount: string };

/** Each step of a payout by the bank's rules; a defect replaces one step. */
type Steps = {
  yearDays: bigint;
  interestDays(days: bigint): bigint;
  gross(numerator: bigint, denominator: bigint): bigint;
  incomeTax(gross: bigint): bigint;
  localTax(income: bigint): bigint;
  farmTax(gross: bigint): bigint;
  net(amounts: Omit<Amounts, 'net'>): bigint;
  balanceAfter(balance: bigint, net: bigint): bigint;
  lines(lines: Line[]): Line[];
  amount(won: bigint): unknown;
  businessDate: string;
};

const cut = (numerator: bigint, denominator: bigint) => numerator / denominator;
const halfUp = (numerator: bigint, denominator: bigint) =>
  (2n * numerator + denominator) / (2n * denominator);
const right: Steps = {
  yearDays: 365n,
  interestDays: (days) => days,
  gross: cut,
  incomeTax: (gross) => cut(gross * 14n, 1_000n) * 10n,
  localTax: (income) => cut(income, 100n) * 10n,
  farmTax: () => 0n,
  net: ({ gross, incomeTax, localTax, farmTax }) => gross - incomeTax - localTax - farmTax,
  balanceAfter: (balance, net) => balance + net,
  lines: (lines) => lines,
  amount: String,
  businessDate: '2026-11-20',
};

/** A payout of an account, computed by these steps, as the contract writes it. */
function paid({ balance, days }: Account, steps: Steps) {
  const gross = steps.gross(balance * 2n * steps.interestDays(days), 100n * steps.yearDays);
  const incomeTax = steps.incomeTax(gross);
  const taxes = { gross, incomeTax, localTax: steps.localTax(incomeTax), farmTax: steps.farmTax(gross) };
  const net = steps.net(taxes);
  const line = (glCode: string, side: string, amount: bigint) => ({ glCode, side, amount: String(amount) });
  const lines = [
    line('INTEREST_EXPENSE', 'debit', gross),
    line('CUSTOMER_DEPOSIT', 'credit', net),
    line('WITHHELD_INCOME_TAX', 'credit', taxes.incomeTax),
    line('WITHHELD_LOCAL_TAX', 'credit', taxes.localTax),
    line('WITHHELD_FARM_TAX', 'credit', taxes.farmTax),
  ].filter(({ amount }) => amount !== '0');
  const amounts = { ...taxes, net, balanceAfter: steps.balanceAfter(balance, net) };
  return {
    ...Object.fromEntries(Object.entries(amounts).map(([name, won]) => [name, steps.amount(won)])),
    currency: 'KRW',
    businessDate: steps.businessDate,
    postings: steps.lines(lines),
  };
}

const answer = (status: number, body: object) =>
  new Answer(status, { 'content-type': 'application/json' }, Buffer.from(JSON.stringify(body)));
const rules = compileRules(payout.comparison, '2026-11-20');
const terms = { rules, headers: payout.headers, outcome: payout.outcome };

/** The legacy core paid by the rules; the new core rehearsed with a defect. */
function found(account: Account, defect: Partial<Steps>) {
  const legacy = { payoutId: 'p', paidAt: 't', ...paid(account, right) };
  const rehearsed = answer(200, paid(account, { ...right, ...defect }));
  const comparison = compareAnswers(answer(201, legacy), rehearsed, terms);
  return comparison.kind === 'compared' ? comparison.found : [];
}

/** Small and large, round and odd balances, up to one that a double cannot represent. */
const ACCOUNTS: Account[] = [
  50_000_000n,
  1_234_567n,
  98_765_432n,
  777_777_777n,
  9_007_199_254_740_993n,
].flatMap((balance) => [1n, 7n, 31n, 92n, 364n].map((days) => ({ balance, days })));

/** Every signature of a defect over all accounts. */
function signatures(defect: Partial<Steps>): string[] {
  const all = ACCOUNTS.map((account) => found(account, defect)).filter(
    (differences) => differences.length > 0,
  );
  return [
    ...new Set(all.map((one) => signatureOf(payout.name, one, rules.causesOf).parts.join(', '))),
  ].sort();
}

test('a payout and its rehearsal by the same rules are equal, whatever the amounts', () => {
  expect(signatures({})).toEqual([]);
});

/**
 * Defects of the new core, and the signatures that each leaves over all accounts: the first wrong path and the class of the
 * error. A year of 360 days is wrong by one won on a small interest and by more on a large one.
 */
const DEFECTS: [what: string, defect: Partial<Steps>, left: string[]][] = [
  [
    'local tax is not cut below ten won',
    { localTax: (income) => cut(income, 10n) },
    ['/localTax rounding cut-at-10'],
  ],
  [
    'income tax is not cut below ten won',
    { incomeTax: (gross) => cut(gross * 14n, 100n) },
    ['/incomeTax rounding cut-at-10'],
  ],
  [
    'income tax is rounded half up',
    { incomeTax: (gross) => halfUp(gross * 14n, 1_000n) * 10n },
    ['/incomeTax changed other'],
  ],
  ['the interest is rounded half up', { gross: halfUp }, ['/gross changed off-by-one']],
  ['the year has 360 days', { yearDays: 360n }, ['/gross changed off-by-one', '/gross changed other']],
  ['the day of the payout earns as well', { interestDays: (days) => days + 1n }, ['/gross changed other']],
  ['the rate is ten times what it is', { gross: (n, d) => cut(n, d) * 10n }, ['/gross changed scale']],
  [
    'farm tax is withheld of a resident',
    { farmTax: (gross) => cut(gross * 5n, 10_000n) * 10n },
    ['/farmTax changed other'],
  ],
  [
    'local tax is not taken off',
    { net: ({ gross, incomeTax }) => gross - incomeTax },
    ['/net changed other'],
  ],
  [
    'the payout is taken off the balance',
    { balanceAfter: (balance, net) => balance - net },
    ['/balanceAfter changed other'],
  ],
  [
    'debit and credit are swapped',
    { lines: (l) => l.map((x) => ({ ...x, side: x.side === 'debit' ? 'credit' : 'debit' })) },
    ['/postings/*/side changed text'],
  ],
  [
    'a tax is not posted',
    { lines: (l) => l.filter((x) => x.glCode !== 'WITHHELD_LOCAL_TAX') },
    ['/postings/* removed element'],
  ],
  ['lines are posted in another order', { lines: (l) => l.toReversed() }, ['/postings order order']],
  ['amounts are numbers', { amount: Number }, ['/gross type string/number']],
  ['the business date is that of London', { businessDate: '2026-11-19' }, ['/businessDate time date']],
];

test.each(DEFECTS)('%s', (_what, defect, left) => {
  expect(signatures(defect)).toEqual(left);
});

test('a balance that is wrong by itself is a defect of its own', () => {
  expect(signatures({ balanceAfter: () => 1n })).toEqual(['/balanceAfter changed other']);
});

test('a payout against a refusal names the refusal', () => {
  const refusal = new Answer(
    409,
    { 'content-type': 'application/problem+json' },
    Buffer.from('{"code":"NOT_ELIGIBLE","reason":"SEIZED"}'),
  );
  const [account] = ACCOUNTS as [Account];
  const comparison = compareAnswers(answer(201, paid(account, right)), refusal, terms);
  expect(comparison).toMatchObject({ found: [{ path: 'status', class: 'paid -> refused SEIZED' }] });
});
