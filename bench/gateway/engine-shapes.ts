/** Two documents of the bench, and whether they are equal. */
export type Shape = { name: string; left: Buffer; right: Buffer; isEqual: boolean };

/** This number of payouts is 100 kB. */
const PAYOUTS = 200;
/** This number of days is 100 kB. */
const DAYS = 1_250;

function payout(changes: Record<string, unknown> = {}): object {
  return {
    payoutId: '01JD0000000000000000000000',
    accountNo: '100200000001',
    businessDate: '2026-11-20',
    period: { from: '2026-10-20', to: '2026-11-20' },
    gross: '2739',
    incomeTax: '380',
    localTax: '30',
    net: '2329',
    currency: 'KRW',
    balanceAfter: '50002329',
    paidAt: '2026-11-20T03:04:05.678Z',
    basis: { businessDate: '2026-11-20', ledgerSeq: '4711' },
    postings: ['2739', '-2329', '-380', '-30'].map((amount, line) => ({
      line,
      account: `GL-${line}`,
      amount,
    })),
    ...changes,
  };
}

function history(change: (payouts: object[]) => object[] = (all) => all): object {
  return {
    items: change(
      Array.from({ length: PAYOUTS }, (_, i) => payout({ payoutId: `01JD${i}`, gross: String(2_739 + i) })),
    ),
  };
}

/** A document that is mostly JSON numbers, as other services send; this bank's services send amounts as strings. */
function days(changed: Record<number, number> = {}): object {
  return {
    days: Array.from({ length: DAYS }, (_, i) => ({
      line: i,
      balance: 50_000_000 + i * 17,
      rate: 0.0215,
      accrued: changed[i] ?? (i * 2_945.21) / 7,
      tax: i % 4_096,
    })),
  };
}

const bytes = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));
const turned = (value: object): object => Object.fromEntries(Object.entries(value).toReversed());
const shape = (name: string, left: object, right: object, isEqual: boolean): Shape => ({
  name,
  left: bytes(left),
  right: bytes(right),
  isEqual,
});

export const SHAPES: Shape[] = [
  shape('payout, same bytes', payout(), payout(), true),
  shape('payout, keys turned', payout(), turned(payout()), true),
  shape('payout, one amount', payout(), payout({ net: '2328' }), false),
  shape('100 kB, same bytes', history(), history(), true),
  shape(
    '100 kB, keys turned',
    history(),
    history((all) => all.map(turned)),
    true,
  ),
  shape(
    '100 kB, one amount',
    history(),
    history((all) => all.with(99, payout({ payoutId: '01JD99', gross: '1' }))),
    false,
  ),
  shape(
    '100 kB, one inserted',
    history(),
    history((all) => all.toSpliced(20, 0, payout())),
    false,
  ),
  shape('100 kB of numbers, same bytes', days(), days(), true),
  shape('100 kB of numbers, one amount', days(), days({ 500: 1.5 }), false),
];
