import type { ProductTerms } from '../src/domain/product.ts';
import type { AccountHistory, Amounts, Entry, LedgerLine, Products } from '../src/ledger/history.ts';

const TERMS: ProductTerms = {
  productCode: 'FLAT',
  dayCount: 'ACT/365F',
  tierMode: 'slice',
  rounding: { scale: 0, mode: 'floor' },
  minimumPayable: 1n,
  capitalisationDay: null,
  corporateAllowed: false,
  paysUnderWithdrawalStop: false,
};

/** 2 % flat, from ever on. */
export const PRODUCTS: Products = new Map([
  [
    'FLAT',
    {
      terms: [{ from: '2000-01-01', terms: TERMS }],
      rates: [
        { from: '2000-01-01', tiers: [{ upTo: null, annualRate: { numerator: 2n, denominator: 100n } }] },
      ],
    },
  ],
]);

/** The published example: one day of 50,000,000 won at 2 %. */
const PAID: Amounts = { gross: 2_739n, incomeTax: 380n, localTax: 30n, farmTax: 0n, net: 2_329n };

const negative = (amounts: Amounts): Amounts => ({
  gross: -amounts.gross,
  incomeTax: -amounts.incomeTax,
  localTax: -amounts.localTax,
  farmTax: -amounts.farmTax,
  net: -amounts.net,
});

const interestLines = ({ gross, incomeTax, localTax, net }: Amounts): LedgerLine[] => [
  { glCode: 'INTEREST_EXPENSE', amount: gross },
  { glCode: 'CUSTOMER_DEPOSIT', amount: -net },
  { glCode: 'WITHHELD_INCOME_TAX', amount: -incomeTax },
  { glCode: 'WITHHELD_LOCAL_TAX', amount: -localTax },
];

const moved = (amount: bigint): LedgerLine[] => [
  { glCode: 'CASH_CLEARING', amount },
  { glCode: 'CUSTOMER_DEPOSIT', amount: -amount },
];

function entry(
  seq: bigint,
  kind: string,
  amount: bigint,
  balanceAfter: bigint,
  day: string,
  lines: LedgerLine[],
): Entry {
  return { seq, kind, amount, balanceAfter, valueDate: day, businessDate: day, takenOver: seq === 1n, lines };
}

/** Opened with 50,000,000 won, paid the next day, moved, put under a hold, paid again, and that taken back. */
export function rightHistory(): AccountHistory {
  const standing = {
    accountStatus: 'active',
    customerStatus: 'active',
    taxClass: 'resident',
    treaty: null,
    holds: [],
  } as const;
  const receipt = { taxClass: 'resident', taxRuleVersion: '2026-01', occasion: 'on-demand' } as const;
  return {
    accountNo: '900000000001',
    customerId: 'C000000001',
    productCode: 'FLAT',
    openedOn: '2026-03-02',
    head: { balance: 50_000_000n + 2_329n - 2_329n, lastSeq: 6n, paidThrough: '2026-03-03' },
    entries: [
      entry(1n, 'OPENING', 50_000_000n, 50_000_000n, '2026-03-02', moved(50_000_000n)),
      entry(2n, 'INTEREST', 2_329n, 50_002_329n, '2026-03-03', interestLines(PAID)),
      entry(3n, 'WITHDRAWAL', -2_329n, 50_000_000n, '2026-03-03', moved(-2_329n)),
      entry(4n, 'INTEREST', 2_329n, 50_002_329n, '2026-03-04', interestLines(PAID)),
      entry(6n, 'REVERSAL', -2_329n, 50_000_000n, '2026-03-04', interestLines(negative(PAID))),
    ],
    standings: [
      { seq: 0n, standing },
      { seq: 5n, standing: { ...standing, holds: ['seizure'] } },
    ],
    receipts: [
      {
        ...PAID,
        ...receipt,
        payoutId: 'p-1',
        seq: 2n,
        basisSeq: 1n,
        businessDate: '2026-03-03',
        period: { from: '2026-03-02', to: '2026-03-03' },
        balanceAfter: 50_002_329n,
      },
      {
        ...PAID,
        ...receipt,
        payoutId: 'p-2',
        seq: 4n,
        basisSeq: 3n,
        businessDate: '2026-03-04',
        period: { from: '2026-03-03', to: '2026-03-04' },
        balanceAfter: 50_002_329n,
      },
    ],
    reversals: [
      {
        ...negative(PAID),
        payoutId: 'p-2',
        seq: 6n,
        businessDate: '2026-03-04',
        balanceAfter: 50_000_000n,
        reopenedFrom: '2026-03-03',
      },
    ],
    corrections: [],
    closings: [
      { day: '2026-03-02', closing: 50_000_000n },
      { day: '2026-03-03', closing: 50_000_000n },
      { day: '2026-03-04', closing: 50_000_000n },
    ],
    strayLines: [],
  };
}
