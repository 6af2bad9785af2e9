import type { Stratum } from '@core-exit/bank-contract';
import type { AccountSnapshot } from '../domain/interest.ts';

/** The dimensions of the stratum that an account belongs to, as of its basis. */
export function stratumOf({ terms, standing, balance, rates, basis }: AccountSnapshot): Stratum {
  const tiers = rates.findLast(({ from }) => from <= basis.businessDate)?.tiers ?? [];
  // The upper edge belongs to the tier (이하), as in the calculation.
  const index = tiers.findIndex(({ upTo }) => upTo === null || balance <= upTo);
  return {
    product: terms.productCode,
    tier: index === -1 ? 'none' : String(index + 1),
    taxClass: standing.taxClass,
    customerStatus: standing.customerStatus,
    accountStatus: standing.accountStatus,
  };
}
