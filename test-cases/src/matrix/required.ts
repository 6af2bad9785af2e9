import type { Case } from '../row/row.ts';
import {
  ACCOUNT_STATUSES,
  CUSTOMER_STATUSES,
  DAY_COUNT_WORDS,
  ROUNDING_MODES,
  TIER_MODES,
} from '../row/words.ts';
import { type Dimensions, dimensionsOf } from './dimensions.ts';

/** The values that the matrix must contain, written independently of its generator. */
const REQUIRED: Dimensions = {
  'day count': [...DAY_COUNT_WORDS],
  tiers: [...TIER_MODES],
  rounding: [...ROUNDING_MODES],
  minimum: ['one unit', '1000'],
  'tier edge': [1, 2].flatMap((edge) =>
    ['one won below', 'at', 'one won above'].map((where) => `edge ${edge}: ${where}`),
  ),
  'tax class': [
    'resident',
    'exempt',
    'preferential',
    'cooperative',
    'non-resident',
    'non-resident, treaty with local tax',
    'non-resident, treaty without local tax',
    'unconfirmed',
    'corporation',
    'interest only',
  ],
  'corporate switch': ['allowed', 'not allowed'],
  'withdrawal switch': ['pays', 'refuses'],
  'customer status': [...CUSTOMER_STATUSES],
  'account status': [...ACCOUNT_STATUSES],
  holds: [
    'none',
    'payment-stop',
    'seizure',
    'pledge',
    'deposit-stop',
    'withdrawal-stop',
    'deposit-stop+withdrawal-stop',
    'payment-stop+seizure+pledge',
  ],
  'day situation': [
    'leap day',
    'year end',
    'month end',
    'rate change',
    'first day after opening',
    'many months',
    'sub-won days',
    'back-dated deposit',
    'back-dated withdrawal',
    'several payouts',
  ],
};

/** The number of required pairs of values of two dimensions, and the pairs that no row contains. */
export function requiredPairs(cases: readonly Case[]): { required: number; missing: string[] } {
  const present = new Set<string>();
  for (const one of cases) for (const pair of pairsIn(dimensionsOf(one))) present.add(pair);
  const required = pairsIn(REQUIRED);
  return { required: required.length, missing: required.filter((pair) => !present.has(pair)) };
}

function pairsIn(values: Dimensions): string[] {
  const names = Object.keys(REQUIRED);
  return names.flatMap((a, i) =>
    names
      .slice(i + 1)
      .flatMap((b) =>
        (values[a] ?? []).flatMap((x) => (values[b] ?? []).map((y) => `${a} ${x} with ${b} ${y}`)),
      ),
  );
}
