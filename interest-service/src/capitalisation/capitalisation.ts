import { isCapitalisationDay } from '../domain/capitalisation.ts';
import { AccountBusy } from '../ledger/ports.ts';
import { type CapitalisationDependencies, type ChunkDone, capitaliseChunk } from './capitalisation-chunk.ts';

/** A run as it stands, over all its runners. */
export type RunTotals = {
  accounts: number;
  paid: number;
  gross: bigint;
  net: bigint;
  skipped: Record<string, number>;
  /** Cut into chunks and not done, and not cut yet. */
  left: number;
};

/** The progress of a run, kept in the ledger's database: any runner goes on where all of them are. */
export interface CapitalisationProgress {
  /** The bank's date, and the posting day of each product by the terms in force on a date. */
  products(dueOn: string): Promise<{
    today: string;
    products: { productCode: string; capitalisationDay: number | null }[];
  }>;
  /** Begins the run, or joins it. What was left after too many tries is tried again. */
  begin(dueOn: string, products: string[]): Promise<void>;
  /** Cuts the next chunk of accounts; false when there is none left to cut. */
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
  onBegun: (totals: RunTotals) => Promise<void>;
  onChunk: (done: ChunkDone) => void;
};

export type RunEnd =
  | { kind: 'in the future'; today: string }
  | { kind: 'nothing due'; dueOn: string }
  | { kind: 'run'; dueOn: string; products: string[]; totals: RunTotals };

/** An account that is held is tried again this much later, while its holder goes on. */
const TRY_AGAIN_MS = 100;

/**
 * Pays what customers did not collect, on the posting day of their product, beside live traffic and any number of other
 * runners. Stopped or killed at any moment, the next call goes on: a chunk is done in the transaction of its payouts.
 */
export async function capitalise(
  deps: CapitalisationDependencies & CapitalisationProgress,
  options: RunOptions,
): Promise<RunEnd> {
  const { today, products: all } = await deps.products(options.dueOn ?? 'today');
  const dueOn = options.dueOn ?? today;
  if (dueOn > today) return { kind: 'in the future', today };
  const products = all.filter((terms) => isCapitalisationDay(terms, dueOn)).map((terms) => terms.productCode);
  if (products.length === 0) return { kind: 'nothing due', dueOn };

  await deps.begin(dueOn, products);
  await options.onBegun(await deps.totals(dueOn));
  while (!options.signal.aborted) {
    if (await work(deps, dueOn, 'fresh', options)) continue;
    if (await cut(deps, dueOn, products, options)) continue;
    if (await work(deps, dueOn, 'tried', options)) continue;
    // Nothing to claim: what is left is in other runners' hands, or its accounts are held.
    if ((await deps.chunksLeft(dueOn)) === 0) break;
    await options.sleep(TRY_AGAIN_MS);
  }
  return { kind: 'run', dueOn, products, totals: await deps.totals(dueOn) };
}

async function work(
  deps: CapitalisationDependencies,
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

/** Another runner may be cutting just now: its chunk is as good. */
async function cut(
  deps: CapitalisationProgress,
  dueOn: string,
  products: string[],
  { chunkAccounts }: RunOptions,
): Promise<boolean> {
  try {
    return await deps.cut(dueOn, products, chunkAccounts);
  } catch (fault) {
    if (fault instanceof AccountBusy) return true;
    throw fault;
  }
}
