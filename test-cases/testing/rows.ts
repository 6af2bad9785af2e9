/** Valid rows, for tests that make one field wrong. */
export const PAYOUT = {
  id: 'one',
  title: 'fifty million for a day',
  source: 'published',
  given: {
    product: {
      dayCount: 'ACT/365F',
      tiers: 'slice',
      rounding: { scale: 0, mode: 'floor' },
      rates: [
        {
          from: '2021-10-01',
          tiers: [
            { upTo: '100000000', annualRate: '0.02' },
            { upTo: null, annualRate: '0.001' },
          ],
        },
      ],
    },
    balances: [{ from: '2026-01-01', closing: '50000000' }],
    period: { from: '2026-01-01', to: '2026-01-02' },
    taxClass: 'resident',
    customerStatus: 'active',
    accountStatus: 'active',
    holds: [],
    repeatDaily: false,
  },
  expect: { gross: '2739' },
};
export const TAX = {
  id: 'two',
  given: { taxClass: 'resident', on: '2026-01-01', gross: '72' },
  expect: { incomeTax: '10' },
};
export const DAYS = {
  id: 'three',
  given: { dayCount: 'ACT/ACT', start: '2024-01-01', end: '2025-01-01' },
  expect: { days: 366 },
};

/** A copy of a row with one value replaced (or, if undefined, removed). */
export function having(row: object, path: string, value: unknown): object {
  const copy = structuredClone(row) as Record<string, unknown>;
  const names = path.split('.');
  const last = names.pop() ?? '';
  const parent = names.reduce((node, name) => node[name] as Record<string, unknown>, copy);
  if (value === undefined) delete parent[last];
  else parent[last] = value;
  return copy;
}
