/** Why an account may not be paid on demand, in order of precedence: the answer names the first reason that holds. */
export const INELIGIBILITY_REASONS = [
  'ACCOUNT_CLOSED',
  'HOLDER_COMPROMISED',
  'HOLDER_DECEASED',
  'PAYMENT_STOPPED',
  'SEIZED',
  'PLEDGED',
  'ACCOUNT_DORMANT',
  'ACCOUNT_SUSPENDED',
  'DEPOSIT_STOPPED',
  'WITHDRAWAL_STOPPED',
  'CORPORATE_NOT_ALLOWED',
  'TAX_CLASS_UNKNOWN',
] as const;
export type IneligibilityReason = (typeof INELIGIBILITY_REASONS)[number];
