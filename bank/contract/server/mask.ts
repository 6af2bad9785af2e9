/** An account number as it may be shown: the last four digits only. */
export function maskAccountNo(accountNo: string): string {
  return accountNo.slice(-4).padStart(accountNo.length, '*');
}
