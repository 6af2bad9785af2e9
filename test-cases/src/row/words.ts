/** The words a row may use. */
export const DAY_COUNT_WORDS = ['ACT/365F', 'ACT/ACT', 'ACT/360', '30/360', '30E/360'] as const;
export const TIER_MODES = ['slice', 'whole'] as const;
export const ROUNDING_MODES = ['floor', 'half-up', 'half-even'] as const;
export const TAX_CLASSES = [
  'resident',
  'exempt',
  'preferential',
  'cooperative',
  'non-resident',
  'unconfirmed',
  'corporation',
] as const;
export const CUSTOMER_STATUSES = ['active', 'deceased', 'identity-theft', 'hacking-victim'] as const;
export const ACCOUNT_STATUSES = ['active', 'limited', 'suspended', 'dormant', 'closed'] as const;
export const HOLDS = ['payment-stop', 'seizure', 'pledge', 'deposit-stop', 'withdrawal-stop'] as const;
