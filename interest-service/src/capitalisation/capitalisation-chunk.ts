import { type AccountSnapshot, computeInterest } from '../domain/interest.ts';
import type { TaxRules } from '../domain/tax.ts';
import { CAPITALISATION_KEY_PREFIX, type NewPayout, newPayout } from '../ledger/receipt.ts';

/** A part of a run. The runner that claims a chunk holds it until its transaction ends; other runners skip it. */
export type Chunk = { chunkNo: number; accounts: string[] };

/** The result of a chunk. Accounts that other transactions held are left for later. */
export type ChunkDone = {
  paid: number;
  gross: bigint;
  net: bigint;
  /** Accounts by the reason why they were not paid. */
  skipped: Record<string, number>;
  left: string[];
};

/** The transaction of one chunk. As in a payout: lock, then read in a new statement, then write; all of it or nothing. */
export interface ChunkTransaction {
  /** `fresh`: a chunk without an attempt. `tried`: a chunk with accounts left, the one with the fewest attempts. Null: none. */
  claim(dueOn: string, which: 'fresh' | 'tried'): Promise<Chunk | null>;
  /** Locks the accounts that no other transaction holds, without waiting. */
  lockFree(accounts: string[]): Promise<string[]>;
  read(accounts: string[]): Promise<AccountSnapshot[]>;
  /** Writes entries, heads, day balances, receipts and outbox rows. */
  pay(payouts: NewPayout[]): Promise<void>;
  settle(dueOn: string, chunk: Chunk, done: ChunkDone): Promise<void>;
}

export type ChunkDependencies = {
  transaction<T>(work: (tx: ChunkTransaction) => Promise<T>): Promise<T>;
  taxRules: TaxRules;
  newId: () => string;
};

/** For the passbook: interest of the posting day. */
const MEMO = '결산이자';

/** Works through one chunk: pays the accounts that are due, and counts why the others are not paid. Null: no chunk is left. */
export async function capitaliseChunk(
  deps: ChunkDependencies,
  dueOn: string,
  which: 'fresh' | 'tried',
): Promise<ChunkDone | null> {
  return await deps.transaction(async (tx) => {
    const chunk = await tx.claim(dueOn, which);
    if (chunk === null) return null;
    const free = await tx.lockFree(chunk.accounts);

    // A new statement, because it must see what was committed until the locks were won.
    const accounts = await tx.read(free);
    const payouts: NewPayout[] = [];
    const skipped: Record<string, number> = {};
    for (const account of accounts) {
      const decided = decide(deps, account, dueOn);
      if (typeof decided === 'string') skipped[decided] = (skipped[decided] ?? 0) + 1;
      else payouts.push(decided);
    }
    if (payouts.length > 0) await tx.pay(payouts);

    const isFree = new Set(free);
    const done = {
      paid: payouts.length,
      gross: payouts.reduce((sum, { gross }) => sum + gross, 0n),
      net: payouts.reduce((sum, { net }) => sum + net, 0n),
      skipped,
      left: chunk.accounts.filter((accountNo) => !isFree.has(accountNo)),
    };
    await tx.settle(dueOn, chunk, done);
    return done;
  });
}

/** The payout of an account, or the reason why there is none. A late run pays up to today, and pays no account twice. */
function decide(
  { taxRules, newId }: ChunkDependencies,
  account: AccountSnapshot,
  dueOn: string,
): NewPayout | string {
  const interest = computeInterest(account, taxRules, 'scheduled');
  const { refusal } = interest;
  if (refusal !== null) return refusal.code === 'NOT_ELIGIBLE' ? refusal.reason : refusal.code;
  if (account.paidThrough >= dueOn) return 'COLLECTED_SINCE';
  // Once for each due date and account, by the unique key of the receipt.
  const idempotencyKey = `${CAPITALISATION_KEY_PREFIX}${dueOn}/${account.accountNo}`;
  return newPayout(account, interest, {
    payoutId: newId(),
    idempotencyKey,
    requestHash: idempotencyKey,
    memo: MEMO,
  });
}
