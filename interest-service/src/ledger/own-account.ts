import type { Asked, Basis, CoreAnswer } from '@core-exit/bank-contract';
import { problem } from '@core-exit/bank-contract';
import type { AccountSnapshot } from '../domain/interest.ts';
import type { Audit, Ledger } from './ports.ts';

export type OwnAccountDependencies = { ledger: Ledger; audit: Audit };

/** The account that is asked about, now or as of a basis; somebody else's is as if it did not exist, and is audited. */
export async function readOwnAccount(
  { ledger, audit }: OwnAccountDependencies,
  asked: Asked,
  at: Basis | null,
): Promise<CoreAnswer<AccountSnapshot>> {
  const account =
    at === null
      ? ((await ledger.accountNow(asked.accountNo)) ?? 'no-account')
      : await ledger.accountAsOf(asked.accountNo, { ...at, ledgerSeq: BigInt(at.ledgerSeq) });
  if (account === 'no-account') return { ok: false, problem: problem('ACCOUNT_NOT_FOUND') };
  if (account === 'no-basis') return { ok: false, problem: problem('BASIS_UNKNOWN') };
  if (isTheirs(asked, account.customerId)) return { ok: true, body: account };
  await audit.foreignAccount(asked);
  return { ok: false, problem: problem('ACCOUNT_NOT_FOUND') };
}

/** An operator, or a core that names nobody (no customer), may see every account. */
export function isTheirs(asked: Asked, ownerId: string): boolean {
  return asked.customerId === null || asked.customerId === ownerId;
}
