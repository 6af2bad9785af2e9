import { parseDecimal } from '../src/domain/decimal.ts';
import type { AccountSnapshot } from '../src/domain/interest.ts';
import type { Tier } from '../src/domain/product.ts';

/** A resident's active account of a plain won product at 2 %, for tests: fifty million, one day unpaid. */
export const residentAccount: AccountSnapshot = {
  accountNo: '100200000001',
  customerId: 'C000000001',
  basis: { businessDate: '2026-01-02', ledgerSeq: 1n },
  balance: 50_000_000n,
  paidThrough: '2026-01-01',
  paidToday: false,
  standing: {
    accountStatus: 'active',
    customerStatus: 'active',
    taxClass: 'resident',
    treaty: null,
    holds: [],
  },
  terms: {
    productCode: 'DEMAND-FLAT',
    dayCount: 'ACT/365F',
    tierMode: 'slice',
    rounding: { scale: 0, mode: 'floor' },
    minimumPayable: 1n,
    capitalisationDay: null,
    corporateAllowed: false,
    paysUnderWithdrawalStop: false,
  },
  rates: [{ from: '2021-10-01', tiers: tiers([null, '0.02']) }],
  closings: [{ from: '2026-01-01', closing: 50_000_000n }],
};

export function tiers(...steps: [upTo: bigint | null, annualRate: string][]): Tier[] {
  return steps.map(([upTo, rate]) => ({ upTo, annualRate: parseDecimal(rate) }));
}
