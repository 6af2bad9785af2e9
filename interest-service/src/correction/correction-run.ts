import { AccountBusy } from '../ledger/faults.ts';
import { type Corrected, type CorrectionDependencies, correctAccount } from './correction.ts';

export interface PendingCorrections {
  /** Accounts with a correction to make, ascending, after an account number. */
  pendingAccounts(after: string, limit: number): Promise<string[]>;
}

/** Accounts read at a time. */
const CHUNK_ACCOUNTS = 200;
/** Accounts corrected at the same time. The other processors of the database are for live traffic. */
const AT_ONCE = 4;

export type CorrectedAccount = { accountNo: string; corrected: Corrected[] };

export type CorrectionRunOptions = {
  dryRun: boolean;
  signal: AbortSignal;
  /** Called once for each account. */
  onAccount: (account: CorrectedAccount) => void;
};

/**
 * Corrects every account with a pending correction, each in a transaction of its own. If the run is killed at any moment, the
 * next run continues with what is still pending. Accounts that stay locked are returned and left to the next run.
 */
export async function runCorrections(
  deps: CorrectionDependencies & PendingCorrections,
  { dryRun, signal, onAccount }: CorrectionRunOptions,
): Promise<{ busy: string[] }> {
  const busy: string[] = [];
  const take = async (queue: string[]): Promise<void> => {
    for (let accountNo = queue.shift(); accountNo !== undefined; accountNo = queue.shift()) {
      if (signal.aborted) return;
      try {
        const corrected = await correctAccount(deps, accountNo, { dryRun });
        if (corrected !== 'no-account') onAccount({ accountNo, corrected });
      } catch (fault) {
        if (!(fault instanceof AccountBusy)) throw fault;
        busy.push(accountNo);
      }
    }
  };
  for (let after = ''; !signal.aborted; ) {
    const accounts = await deps.pendingAccounts(after, CHUNK_ACCOUNTS);
    const last = accounts.at(-1);
    if (last === undefined) break;
    after = last;
    await Promise.all(Array.from({ length: AT_ONCE }, () => take(accounts)));
  }
  return { busy };
}
