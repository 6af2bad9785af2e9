export const ACCOUNT_NO_PATTERN = '^[0-9]{12}$';

/** An account number as it may be logged or printed: only its last four digits. */
export function maskAccountNo(accountNo: string): string {
  return accountNo.slice(-4).padStart(accountNo.length, '*');
}
