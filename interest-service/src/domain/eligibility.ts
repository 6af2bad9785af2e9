import { INELIGIBILITY_REASONS, type IneligibilityReason } from '@core-exit/bank-contract/reasons';
import type { ProductTerms } from './product.ts';
import type { AccountStatus, CustomerStatus, Hold, Standing } from './standing.ts';

/** Terms of demand deposits 2조 3항 for dormant accounts; the other rules are the bank's own. Null = no objection. */
const BY_ACCOUNT_STATUS = {
  active: null,
  limited: null,
  suspended: 'ACCOUNT_SUSPENDED',
  dormant: 'ACCOUNT_DORMANT',
  closed: 'ACCOUNT_CLOSED',
} as const satisfies Record<AccountStatus, IneligibilityReason | null>;

const BY_CUSTOMER_STATUS = {
  active: null,
  deceased: 'HOLDER_DECEASED',
  'identity-theft': 'HOLDER_COMPROMISED',
  'hacking-victim': 'HOLDER_COMPROMISED',
} as const satisfies Record<CustomerStatus, IneligibilityReason | null>;

const BY_HOLD = {
  'payment-stop': 'PAYMENT_STOPPED',
  seizure: 'SEIZED',
  pledge: 'PLEDGED',
  'deposit-stop': 'DEPOSIT_STOPPED',
  'withdrawal-stop': 'WITHDRAWAL_STOPPED',
} as const satisfies Record<Hold, IneligibilityReason>;

/** Who moves the interest: the holder, or the bank on the posting day of the product. */
export type Occasion = 'on-demand' | 'scheduled';

/**
 * The occasions that each reason forbids. The death of the holder forbids a payout on request, but not the posting day, because
 * its interest belongs to the estate. Dormant accounts are not capitalised (terms 2조 3항). If no source allows a posting
 * day, the interest waits as well; no interest is lost, because it keeps accruing.
 */
const STOPS = {
  ACCOUNT_CLOSED: ['on-demand', 'scheduled'],
  HOLDER_COMPROMISED: ['on-demand', 'scheduled'],
  HOLDER_DECEASED: ['on-demand'],
  PAYMENT_STOPPED: ['on-demand', 'scheduled'],
  SEIZED: ['on-demand', 'scheduled'],
  PLEDGED: ['on-demand', 'scheduled'],
  ACCOUNT_DORMANT: ['on-demand', 'scheduled'],
  ACCOUNT_SUSPENDED: ['on-demand', 'scheduled'],
  DEPOSIT_STOPPED: ['on-demand', 'scheduled'],
  WITHDRAWAL_STOPPED: ['on-demand', 'scheduled'],
  CORPORATE_NOT_ALLOWED: ['on-demand', 'scheduled'],
  TAX_CLASS_UNKNOWN: ['on-demand', 'scheduled'],
} as const satisfies Record<IneligibilityReason, readonly Occasion[]>;

/** Every reason against a payout, strongest first; empty = eligible. The answer has the first one, the access log all. */
export function reasonsAgainst(
  standing: Standing,
  terms: Pick<ProductTerms, 'corporateAllowed' | 'paysUnderWithdrawalStop'>,
  occasion: Occasion,
): IneligibilityReason[] {
  const found = new Set<IneligibilityReason | null>([
    BY_ACCOUNT_STATUS[standing.accountStatus],
    BY_CUSTOMER_STATUS[standing.customerStatus],
    ...standing.holds
      .filter((hold) => !(hold === 'withdrawal-stop' && terms.paysUnderWithdrawalStop))
      .map((hold) => BY_HOLD[hold]),
    standing.taxClass === 'corporation' && !terms.corporateAllowed ? 'CORPORATE_NOT_ALLOWED' : null,
    standing.taxClass === 'unknown' ? 'TAX_CLASS_UNKNOWN' : null,
  ]);
  return INELIGIBILITY_REASONS.filter(
    (reason) => found.has(reason) && (STOPS[reason] as readonly Occasion[]).includes(occasion),
  );
}
