import { AccountBusy } from '../ledger/ports.ts';
import { type Corrected, type CorrectionDependencies, correctAccount } from './correction.ts';

export interface PendingCorrections {
  /** Accounts with something to correct, ascending, after an account number. */
  pendingAccounts(after: string, limit: number): Promise<string[]>;
}

/** Accounts read at a time. */
const CHUNK_ACCOUNTS = 200;
/** Accounts corrected at the same time: live traffic has the rest of the database's processors. */
const AT_ONCE = 4;

export type Swept = { accountNo: string; corrected: Corrected[] };

export type SweepOptions = {
  dryRun: boolean;
  signal: AbortSignal;
  /** Called once for each account that was looked at. */
  onAccount: (swept: Swept) => void;
};

/**
 * Corrects every account with something pending, each in a transaction of its own: killed at any moment, the next run
 * goes on with what is still pending. Accounts that stay locked are left for the next run, and returned.
 */
export async function sweepCorrections(
  deps: CorrectionDependencies & PendingCorrections,
  { dryRun, signal, onAccount }: SweepOptions,
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
