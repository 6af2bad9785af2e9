import type { AccountRequest, Basis, CoreAnswer } from '@core-exit/bank-contract';
import { problem } from '@core-exit/bank-contract';
import type { AccountSnapshot } from '../domain/interest.ts';
import type { Accounts } from './account.ts';

/** Which customer asked for which account. Auditors read it later. */
export interface AccessLog {
  /** A customer asked for an account of another customer. Never rejects, so that the answer does not depend on it. */
  foreignAccount(request: AccountRequest): Promise<void>;
}

export type OwnAccountDependencies = { accounts: Accounts; accessLog: AccessLog };

/**
 * The requested account, now or as of a basis. An account of another customer is answered as if it did not exist, and
 * the access log gets a row.
 */
export async function readOwnAccount(
  { accounts, accessLog }: OwnAccountDependencies,
  request: AccountRequest,
  at: Basis | null,
): Promise<CoreAnswer<AccountSnapshot>> {
  const account =
    at === null
      ? ((await accounts.now(request.accountNo)) ?? 'no-account')
      : await accounts.asOf(request.accountNo, { ...at, ledgerSeq: BigInt(at.ledgerSeq) });
  if (account === 'no-account') return { ok: false, problem: problem('ACCOUNT_NOT_FOUND') };
  if (account === 'no-basis') return { ok: false, problem: problem('BASIS_UNKNOWN') };
  if (mayRead(request, account.customerId)) return { ok: true, body: account };
  await accessLog.foreignAccount(request);
  return { ok: false, problem: problem('ACCOUNT_NOT_FOUND') };
}

/** An operator, and a core that acts for no customer, may read every account. */
export function mayRead({ customerId }: AccountRequest, ownerId: string): boolean {
  return customerId === null || customerId === ownerId;
}
