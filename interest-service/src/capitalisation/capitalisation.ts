import { isCapitalisationDay } from '../domain/capitalisation.ts';
import { AccountBusy } from '../ledger/faults.ts';
import { type ChunkDependencies, type ChunkDone, capitaliseChunk } from './capitalisation-chunk.ts';

/** A run as it stands, over all its runners. */
export type RunTotals = {
  accounts: number;
  paid: number;
  gross: bigint;
  net: bigint;
  skipped: Record<string, number>;
  /** Accounts in chunks that are not done, and accounts that are in no chunk yet. */
  left: number;
};

/** The progress of a run. It is stored in the ledger's database, so that every runner continues where all of them are. */
export interface RunProgress {
  /** The bank's date, and the posting day of each product by the terms in force on a date. */
  products(dueOn: string): Promise<{
    today: string;
    products: { productCode: string; capitalisationDay: number | null }[];
  }>;
  /** Begins the run, or joins it. Chunks that were given up after too many attempts are tried again. */
  begin(dueOn: string, products: string[]): Promise<void>;
  /** Cuts the next chunk of accounts. False: all accounts are in chunks. */
  cut(dueOn: string, products: string[], accounts: number): Promise<boolean>;
  totals(dueOn: string): Promise<RunTotals>;
  /** Chunks with accounts left that were not tried too often. */
  chunksLeft(dueOn: string): Promise<number>;
}

export type RunOptions = {
  /** Null: today. */
  dueOn: string | null;
  chunkAccounts: number;
  signal: AbortSignal;
  sleep: (ms: number) => Promise<void>;
  onBegin: (totals: RunTotals) => Promise<void>;
  onChunk: (done: ChunkDone) => void;
};

export type RunEnd =
  | { kind: 'in the future'; today: string }
  | { kind: 'nothing due'; dueOn: string }
  | { kind: 'run'; dueOn: string; products: string[]; totals: RunTotals };

/** Pause before an account that was held is tried again. */
const TRY_AGAIN_MS = 100;

/**
 * Pays the interest that customers did not collect, on the posting day of their product, beside live traffic and any number of
 * other runners. If a runner is stopped or killed at any moment, the next one continues, because a chunk is marked as done in
 * the transaction of its payouts.
 */
export async function capitalise(
  deps: ChunkDependencies & RunProgress,
  options: RunOptions,
): Promise<RunEnd> {
  const { today, products: all } = await deps.products(options.dueOn ?? 'today');
  const dueOn = options.dueOn ?? today;
  if (dueOn > today) return { kind: 'in the future', today };
  const products = all.filter((terms) => isCapitalisationDay(terms, dueOn)).map((terms) => terms.productCode);
  if (products.length === 0) return { kind: 'nothing due', dueOn };

  await deps.begin(dueOn, products);
  await options.onBegin(await deps.totals(dueOn));
  while (!options.signal.aborted) {
    if (await workOnChunk(deps, dueOn, 'fresh', options)) continue;
    if (await cutChunk(deps, dueOn, products, options)) continue;
    if (await workOnChunk(deps, dueOn, 'tried', options)) continue;
    // No chunk is free: other runners have the rest, or its accounts are held.
    if ((await deps.chunksLeft(dueOn)) === 0) break;
    await options.sleep(TRY_AGAIN_MS);
  }
  return { kind: 'run', dueOn, products, totals: await deps.totals(dueOn) };
}

async function workOnChunk(
  deps: ChunkDependencies,
  dueOn: string,
  which: 'fresh' | 'tried',
  { onChunk, sleep }: RunOptions,
): Promise<boolean> {
  const done = await capitaliseChunk(deps, dueOn, which);
  if (done === null) return false;
  onChunk(done);
  if (which === 'tried' && done.left.length > 0) await sleep(TRY_AGAIN_MS);
  return true;
}

async function cutChunk(
  deps: RunProgress,
  dueOn: string,
  products: string[],
  { chunkAccounts }: RunOptions,
): Promise<boolean> {
  try {
    return await deps.cut(dueOn, products, chunkAccounts);
  } catch (fault) {
    if (fault instanceof AccountBusy) return true; // another runner cuts a chunk now, which this runner can take as well
    throw fault;
  }
}
