import { type AccountSnapshot, computeInterest } from '../domain/interest.ts';
import { payoutLines } from '../domain/postings.ts';
import type { TaxRules } from '../domain/tax.ts';
import type { NewPayout } from '../ledger/ports.ts';

/** A part of a run. Whoever claims it holds it until the transaction ends; nobody else sees it meanwhile. */
export type Chunk = { chunkNo: number; accounts: string[] };

/** What a chunk came to. Accounts that others held are left to do. */
export type ChunkDone = {
  paid: number;
  gross: bigint;
  net: bigint;
  /** Accounts by the reason why they were not paid. */
  skipped: Record<string, number>;
  left: string[];
};

/** One chunk's transaction. As in a payout: lock, then read in a new statement, then write; all of it or nothing. */
export interface ChunkTransaction {
  /** `fresh`: one that nobody has tried; `tried`: one with accounts left, the least often tried first. Null: there is none. */
  claim(dueOn: string, which: 'fresh' | 'tried'): Promise<Chunk | null>;
  /** Locks the accounts that nobody holds, without waiting. */
  lockFree(accounts: string[]): Promise<string[]>;
  read(accounts: string[]): Promise<AccountSnapshot[]>;
  /** Writes receipts, entries, heads, day balances and outbox rows. */
  pay(payouts: NewPayout[]): Promise<void>;
  settle(dueOn: string, chunk: Chunk, done: ChunkDone): Promise<void>;
}

export type CapitalisationDependencies = {
  transaction<T>(work: (tx: ChunkTransaction) => Promise<T>): Promise<T>;
  taxRules: TaxRules;
  newId: () => string;
};

/** For the passbook: interest of the posting day. */
const MEMO = '결산이자';

/** Works through one chunk of a run: pays whom the posting day pays, counts why the others are not paid. Null: no chunk. */
export async function capitaliseChunk(
  deps: CapitalisationDependencies,
  dueOn: string,
  which: 'fresh' | 'tried',
): Promise<ChunkDone | null> {
  return await deps.transaction(async (tx) => {
    const chunk = await tx.claim(dueOn, which);
    if (chunk === null) return null;
    const free = await tx.lockFree(chunk.accounts);

    // A new statement: it must see what was committed until the locks were won.
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

/** The payout of an account, or why there is none. A run that is late pays up to today, but nobody twice. */
function decide(
  { taxRules, newId }: CapitalisationDependencies,
  account: AccountSnapshot,
  dueOn: string,
): NewPayout | string {
  const {
    refusal,
    accrual: _accrual,
    taxSteps: _steps,
    ...interest
  } = computeInterest(account, taxRules, 'scheduled');
  if (refusal !== null) return refusal.code === 'NOT_ELIGIBLE' ? refusal.reason : refusal.code;
  if (account.paidThrough >= dueOn) return 'COLLECTED_SINCE';
  const key = channelKey(dueOn, account.accountNo);
  return {
    ...interest,
    payoutId: newId(),
    accountNo: account.accountNo,
    customerId: account.customerId,
    channelKey: key,
    requestHash: key,
    memo: MEMO,
    businessDate: account.basis.businessDate,
    basisSeq: account.basis.ledgerSeq,
    lines: payoutLines(interest),
  };
}

/** Once per due date and account, by the receipt's unique key. The slash is in no customer's key, so none can be in its way. */
function channelKey(dueOn: string, accountNo: string): string {
  return `capitalisation/${dueOn}/${accountNo}`;
}
