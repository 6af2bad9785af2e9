import { fileURLToPath } from 'node:url';
import { readTaxRules } from '@core-exit/interest-service/tax-rules';
import { describe, expect, it } from 'vitest';
import { unmet } from '../answer.ts';
import { loadCases } from '../load/load.ts';
import type { Case } from '../row/row.ts';
import { domainTarget } from './domain.ts';
import { runOnDomain } from './run-domain.ts';

const folder = (name: string) => fileURLToPath(new URL(`../../cases/${name}`, import.meta.url));
const golden = loadCases([folder('golden')]);
const byId = (id: string): Case => {
  const found = golden.find(({ row }) => row.id === id);
  if (found === undefined) throw new Error(`no golden row ${id}`);
  return found;
};

describe('the domain of the new core', () => {
  it('passes every row', () => {
    const results = runOnDomain(loadCases([folder('')]));
    expect(results.flatMap((result) => (result.outcome === 'pass' ? [] : [result]))).toEqual([]);
    expect(results.length).toBeGreaterThanOrEqual(3_150);
  });

  it('fails rows with tax rules that lack the cut below ten won', () => {
    const rules = readTaxRules(new URL(import.meta.resolve('@core-exit/interest-service/rules/tax.json')));
    const uncut = rules.rules.map((rule) => ({
      ...rule,
      localTax: rule.localTax && { ...rule.localTax, cutBelow: '1' },
    }));
    const answerOf = domainTarget({ version: 'uncut', rules: uncut });
    const failing = golden.filter((one) => unmet(one, answerOf(one).answer).includes('localTax'));
    expect(failing.length).toBeGreaterThan(20);
    expect(failing.map(({ row }) => row.id)).toContain('published-one-day-50000000');
  });

  it('explains the steps of an amount', () => {
    const { explanation } = domainTarget()(byId('published-change-2022-12-13'));
    expect(explanation.split('\n')).toEqual([
      '[2022-12-11, 2022-12-13) on 60000000: 480000/73',
      '[2022-12-13, 2022-12-16) on 60000000: 930000/73',
      'exact 1410000/73, gross 19315',
      expect.stringMatching(/^incomeTax: 7\/50 of 19315\/1 = .* -> 2700 \(소득세법/),
      expect.stringMatching(/^localTax: 1\/10 of 2700\/1 = 270\/1 -> 270/),
    ]);
  });

  it('reports the fault of a row that it cannot answer', () => {
    const before = { ...byId('tax-resident-2026-01-02-72') } as Extract<Case, { kind: 'tax' }>;
    const row = { ...before.row, given: { ...before.row.given, on: '1999-01-01' } };
    expect(runOnDomain([{ ...before, row }])).toMatchObject([
      { outcome: 'fail', actual: null, problems: [expect.stringContaining('resident on 1999-01-01')] },
    ]);
  });
});

describe('golden rows', () => {
  it('are at least 150, each with a title and a source', () => {
    expect(golden.length).toBeGreaterThanOrEqual(150);
    expect(golden.filter(({ row }) => !row.title || !row.source)).toEqual([]);
  });

  it('expect of every payable row that it is paid', () => {
    const silent = golden.filter(
      (one) =>
        one.kind === 'payout' && one.row.given.repeatDaily !== true && one.row.expect.refusal === undefined,
    );
    expect(silent).toEqual([]);
  });
});

describe('only the named fields are checked', () => {
  const [one] = golden.filter(({ row }) => row.id === 'published-one-day-50000000');
  const expecting = (expected: object) =>
    ({ row: { ...(one as Case).row, expect: expected } }) as Pick<Case, 'row'>;
  const answer = {
    gross: '2739',
    net: '2329',
    refusal: { code: 'NOT_ELIGIBLE', reason: 'SEIZED' },
    payouts: 3,
  };

  it.each<[object, string[]]>([
    [{ gross: '2739' }, []],
    [{ gross: '2740', net: '2329' }, ['gross']],
    [{ incomeTax: '0' }, ['incomeTax']],
    [{ refusal: { code: 'NOT_ELIGIBLE' } }, []],
    [{ refusal: { code: 'NOT_ELIGIBLE', reason: 'PLEDGED' } }, ['refusal']],
    [{ refusal: null }, ['refusal']],
    [{ payouts: '3' }, []],
  ])('%j', (expected, differing) => {
    expect(unmet(expecting(expected), answer)).toEqual(differing);
  });
});
