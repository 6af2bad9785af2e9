import { expect, test } from 'vitest';
import { compareAnswers, compileRules, signatureOf } from '../src/engine/index.ts';
import { Answer, type Operation } from '../src/index.ts';
import interest from './interest.ts';

const [, payout] = interest.operations as [Operation, Operation];

/** A payout of a resident as both cores answer it, by the bank's rules; `localTax` as the new core works it out. */
function paid(gross: number, localTax: (income: number) => number) {
  const income = Math.floor((gross * 14) / 1_000) * 10;
  const local = localTax(income);
  const net = gross - income - local;
  const line = (glCode: string, side: string, amount: number) => ({ glCode, side, amount: String(amount) });
  const postings = [
    line('INTEREST_EXPENSE', 'debit', gross),
    line('CUSTOMER_DEPOSIT', 'credit', net),
    line('WITHHELD_INCOME_TAX', 'credit', income),
    line('WITHHELD_LOCAL_TAX', 'credit', local),
  ].filter(({ amount }) => amount !== '0');
  const amounts = { gross, incomeTax: income, localTax: local, farmTax: 0, net, balanceAfter: 50_000 + net };
  return {
    ...Object.fromEntries(Object.entries(amounts).map(([k, v]) => [k, String(v)])),
    currency: 'KRW',
    postings,
  };
}

const answer = (status: number, body: object) =>
  new Answer(status, { 'content-type': 'application/json' }, Buffer.from(JSON.stringify(body)));
const rules = compileRules(payout.comparison, '2026-11-20');
const terms = { rules, headers: payout.headers, outcome: payout.outcome };

function compare(left: object, right: object) {
  const comparison = compareAnswers(
    answer(201, { payoutId: 'p', paidAt: 't', ...left }),
    answer(200, right),
    terms,
  );
  return comparison.kind === 'compared' ? comparison.found : [];
}

const right = (income: number) => Math.floor(income / 100) * 10;
const GROSS = [72, 715, 1_234, 2_739, 5_479, 8_888, 12_345, 77_777, 1_000_001];

test('a payout and its rehearsal are equal, whatever the amounts', () => {
  for (const gross of GROSS) expect(compare(paid(gross, right), paid(gross, right))).toEqual([]);
});

test('the local tax that is not cut below ten won is one defect, whatever it makes of net, balance and postings', () => {
  const uncut = (income: number) => Math.floor(income / 10);
  const signatures = new Set<string>();
  for (const gross of GROSS) {
    const found = compare(paid(gross, right), paid(gross, uncut));
    if (found.length > 0) signatures.add(signatureOf(payout.name, found, rules.causesOf).parts.join());
  }
  expect([...signatures]).toEqual(['/localTax rounding cut-at-10']);
});

test('a balance that is wrong by itself is not taken for a consequence', () => {
  const found = compare(paid(2_739, right), { ...paid(2_739, right), balanceAfter: '1' });
  expect(signatureOf(payout.name, found, rules.causesOf).parts).toEqual(['/balanceAfter changed other']);
});

test('paying against refusing says which refusal', () => {
  const refusal = new Answer(
    409,
    { 'content-type': 'application/problem+json' },
    Buffer.from('{"code":"NOT_ELIGIBLE","reason":"SEIZED"}'),
  );
  const comparison = compareAnswers(answer(201, paid(2_739, right)), refusal, terms);
  expect(comparison).toMatchObject({ found: [{ path: 'status', class: 'paid -> refused SEIZED' }] });
});
