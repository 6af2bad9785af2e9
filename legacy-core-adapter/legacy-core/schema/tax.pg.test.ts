import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { amountsOf, bodyOf, type Legacy, newKey, since, startLegacy } from '../../testing/legacy.ts';

let legacy: Legacy;
beforeAll(async () => {
  legacy = await startLegacy();
});
afterAll(() => legacy.stop());

const INCLUDED = { rate: '0.10', includes: true };
const ELEVENTHS = { rate: '0.11', includes: true };
const BESIDE = { rate: '0.10', includes: false };

describe('withholding by tax class', () => {
  it.each([
    ['01 resident', '2026-11-20', 71, null, '0 0 0'],
    ['01 resident', '2026-11-20', 72, null, '10 0 0'],
    ['01 resident', '2026-11-20', 714, null, '90 0 0'],
    ['01 resident', '2026-11-20', 715, null, '100 10 0'],
    ['01 resident', '2026-11-20', 5_479, null, '760 70 0'],
    ['02 exempt', '2026-11-20', 5_479, null, '0 0 0'],
    ['03 preferential', '2026-11-20', 5_479, null, '490 0 20'],
    ['04 cooperative to 2025', '2025-12-31', 5_479, null, '0 0 70'],
    ['04 cooperative in 2026', '2026-01-01', 5_479, null, '270 0 40'],
    ['04 cooperative in 2026', '2026-12-31', 5_479, null, '270 0 40'],
    ['04 cooperative from 2027', '2027-01-01', 5_479, null, '490 0 20'],
    ['05 non-resident without a treaty', '2026-11-20', 5_479, null, '1090 100 0'],
    ['05 non-resident, treaty with local tax inside', '2026-11-20', 5_479, INCLUDED, '490 40 0'],
    ['05 non-resident, treaty with local tax beside', '2026-11-20', 5_479, BESIDE, '540 50 0'],
    ['05 non-resident, treaty of zero', '2026-11-20', 5_479, { rate: '0', includes: true }, '0 0 0'],
    ['06 unconfirmed', '2026-11-20', 5_479, null, '2460 240 0'],
    ['07 corporation below 1,000 won of tax', '2026-11-20', 7_142, null, '0 0 0'],
    ['07 corporation from 1,000 won of tax', '2026-11-20', 7_143, null, '1000 100 0'],
    // one won below and at each first tax
    ['03 preferential', '2026-11-20', 111, null, '0 0 0'],
    ['03 preferential', '2026-11-20', 112, null, '10 0 0'],
    ['03 preferential', '2026-11-20', 1_999, null, '170 0 0'],
    ['03 preferential', '2026-11-20', 2_000, null, '180 0 10'],
    ['04 cooperative to 2025', '2025-12-31', 714, null, '0 0 0'],
    ['04 cooperative to 2025', '2025-12-31', 715, null, '0 0 10'],
    ['04 cooperative in 2026', '2026-01-01', 1_111, null, '50 0 0'],
    ['04 cooperative in 2026', '2026-01-01', 1_112, null, '50 0 10'],
    ['05 non-resident without a treaty', '2026-11-20', 499, null, '90 0 0'],
    ['05 non-resident without a treaty', '2026-11-20', 500, null, '100 10 0'],
    // 11 % with local tax inside: ten elevenths of 110.00 and of 109.89
    ['05 non-resident, treaty with local tax inside', '2026-11-20', 1_000, ELEVENTHS, '100 10 0'],
    ['05 non-resident, treaty with local tax inside', '2026-11-20', 999, ELEVENTHS, '90 0 0'],
    ['06 unconfirmed', '2026-11-20', 222, null, '90 0 0'],
    ['06 unconfirmed', '2026-11-20', 223, null, '100 10 0'],
    ['99 unknown', '2026-11-20', 5_479, null, '0 0 0'],
  ] as const)('%s on %s of %s won', async (taxClass, date, gross, treaty, taxes) => {
    const [row] = await legacy.sql<{ itx: string; ltx: string; ftx: string }>(
      'select itx, ltx, ftx from legacy.f_tax($1, $2, $3, $4, $5)',
      [taxClass.slice(0, 2), date, gross, treaty?.rate ?? null, treaty?.includes ?? true],
    );
    expect(`${row?.itx} ${row?.ltx} ${row?.ftx}`).toBe(taxes);
  });
});

describe('a payout of 5,479 won of interest', () => {
  it.each([
    ['resident', {}, '760 + 70 + 0', ['01 760', '02 70']],
    ['exempt', {}, '0 + 0 + 0', ['01 0']],
    ['preferential', {}, '490 + 0 + 20', ['01 490', '03 20']],
    ['cooperative', {}, '270 + 0 + 40', ['01 270', '03 40']],
    ['non-resident', {}, '1090 + 100 + 0', ['01 1090', '02 100']],
    [
      'non-resident',
      { treatyRate: '0.10', treatyIncludesLocalTax: true },
      '490 + 40 + 0',
      ['01 490', '02 40'],
    ],
    [
      'non-resident',
      { treatyRate: '0.10', treatyIncludesLocalTax: false },
      '540 + 50 + 0',
      ['01 540', '02 50'],
    ],
    ['unconfirmed', {}, '2460 + 240 + 0', ['01 2460', '02 240']],
    ['corporation', {}, '0 + 0 + 0', ['01 0']],
  ])(
    'to a holder of class %s %o withholds %s, with a tax line for it',
    async (taxClass, treaty, taxes, lines) => {
      const product = { code: 'TEST-CORP', corporateAllowed: true };
      const customer = await legacy.open({
        ...since(1, 100_000_000n),
        product,
        standing: { taxClass, ...treaty },
      });
      const rehearsal = bodyOf(await legacy.core.rehearse(customer, {}));
      const { payout } = bodyOf(await legacy.core.pay(customer, newKey(), {}));
      expect(amountsOf(payout)).toContain(`5479 -> ${taxes} -> `);
      expect(amountsOf(rehearsal)).toBe(amountsOf(payout));
      const written = await legacy.sql<{ line: string }>(
        `select tax_ty || ' ' || tax_amt as line from legacy.tax_line where payo_id = $1 and (tax_ty = '01' or tax_amt > 0) order by tax_ty`,
        [payout.payoutId],
      );
      expect(written.map(({ line }) => line)).toEqual(lines);
      const debits = payout.postings.filter(({ side }) => side === 'debit');
      expect(debits).toEqual([{ glCode: 'INTEREST_EXPENSE', side: 'debit', amount: '5479' }]);
      expect(payout.postings.every(({ amount }) => amount !== '0')).toBe(true);
    },
  );

  it('to a holder of unknown class is refused; the estimate shows no tax', async () => {
    const customer = await legacy.open({ ...since(1, 100_000_000n), standing: { taxClass: 'unknown' } });
    const quote = bodyOf(await legacy.core.quote(customer, null));
    expect(amountsOf(quote)).toBe('5479 -> 0 + 0 + 0 -> 5479');
    expect(quote).toMatchObject({ payable: false, refusal: { reason: 'TAX_CLASS_UNKNOWN' } });
  });
});
