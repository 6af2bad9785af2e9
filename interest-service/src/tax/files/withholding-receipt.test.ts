import { describe, expect, it } from 'vitest';
import { receiptPage, type Withheld, withholdingReceipt } from './withholding-receipt.ts';

const HOLDER = { customerId: 'C000001234', name: '홍길동', today: '2027-01-05' };
const item = (change: Partial<Withheld> = {}): Withheld => ({
  receiptNo: '2026-0000000007',
  kind: 'INTEREST_PAID',
  payoutId: '01a1fda8-776f-79e0-ab8a-63169bc4c2d6',
  accountNo: '110200001234',
  paidOn: '2026-10-03',
  period: { from: '2026-10-01', to: '2026-10-03' },
  taxClass: 'resident',
  gross: '1002739',
  incomeTax: '140380',
  localTax: '14030',
  farmTax: '0',
  net: '848329',
  ...change,
});

describe('a withholding receipt', () => {
  it('shows what was withheld, and only the last four digits of numbers', () => {
    const receipt = withholdingReceipt(HOLDER, null, [item()]);
    expect(receipt.items[0]).toMatchObject({ accountNo: '********1234', incomeTax: '140380' });
    expect(receipt.holder).toEqual({ name: '홍길동', customerId: '******1234' });
    const page = receiptPage(receipt);
    for (const shown of [
      '2026-0000000007',
      '140,380',
      '1,002,739',
      '홍길동',
      '2026-10-01 ~ 2026-10-03 전일',
    ]) {
      expect(page).toContain(shown);
    }
    expect(page).not.toContain('110200001234');
    expect(page).not.toContain('C000001234');
  });

  it('adds up a year, with reversals and payouts of the legacy core', () => {
    const back = { gross: '-1002739', incomeTax: '-140380', localTax: '-14030', net: '-848329' };
    const receipt = withholdingReceipt(HOLDER, '2026', [
      item(),
      item({ kind: 'REVERSAL', ...back }),
      item({ receiptNo: null }),
    ]);
    expect(receipt.totals).toMatchObject({ gross: '1002739', incomeTax: '140380', net: '848329' });
    const page = receiptPage(receipt);
    for (const shown of ['취소', '-140,380', '기존 시스템 발급', '귀속연도: 2026년'])
      expect(page).toContain(shown);
  });

  it('prints a name as text, also if the name contains HTML', () => {
    const name = `<script>alert("1")</script>&'`;
    const page = receiptPage(withholdingReceipt({ ...HOLDER, name }, null, [item({ taxClass: '<b>' })]));
    expect(page).not.toContain('<script');
    expect(page).not.toContain('<b>');
    expect(page).toContain('&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&amp;&#39;');
  });
});
