import { type BankDate, dateOf, dayNumber, nextDay } from '../../domain/calendar.ts';
import { type AccountFacts, addFacts, closeSeal, openSeal, type Seal } from './seal.ts';

/** The days after `after` (null: from the beginning) up to and with `through`. */
export type Days = { after: BankDate | null; through: BankDate };

export interface SealBook {
  businessDate(): Promise<BankDate>;
  lastSeal(): Promise<Seal | null>;
  /** From now on the day, and each before it, takes no entry. Commits by itself. */
  closeDay(day: BankDate): Promise<void>;
  /** Resolves when every transaction that was writing to the ledger at the moment of the call is over. */
  writersGone(): Promise<void>;
  /** What the ledger got on those days, by account, ascending, in batches. */
  facts(days: Days): AsyncIterable<AccountFacts[]>;
  keep(seal: Seal): Promise<void>;
  /** Runs `work` unless somebody else is sealing. */
  exclusively<T>(work: () => Promise<T>): Promise<T | 'busy'>;
}

export type SealProgress = {
  onDay(day: BankDate): void;
  onAccounts(accounts: number): void;
  onSealed(seal: Seal): void;
};

/**
 * Seals every day that is over and not sealed yet, oldest first; the first seal takes in all history before it. May be
 * stopped anywhere and run again: a closed day stays closed, a seal is kept whole or not at all.
 */
export async function sealEndedDays(
  book: SealBook,
  progress: SealProgress,
  signal: AbortSignal,
): Promise<Seal[] | 'busy'> {
  return await book.exclusively(async () => {
    const sealed: Seal[] = [];
    const yesterday = dateOf(dayNumber(await book.businessDate()) - 1);
    let last = await book.lastSeal();
    for (
      let day = last === null ? yesterday : nextDay(last.businessDate);
      day <= yesterday;
      day = nextDay(day)
    ) {
      signal.throwIfAborted();
      progress.onDay(day);
      await book.closeDay(day);
      // Whoever began before the day was closed did not see that; whoever begins now does.
      await book.writersGone();
      last = await digestOf(book, day, last, progress, signal);
      await book.keep(last);
      progress.onSealed(last);
      sealed.push(last);
    }
    return sealed;
  });
}

async function digestOf(
  book: Pick<SealBook, 'facts'>,
  day: BankDate,
  last: Seal | null,
  progress: SealProgress,
  signal: AbortSignal,
): Promise<Seal> {
  let seal = openSeal(day, last && { businessDate: last.businessDate, digest: last.digest });
  for await (const batch of book.facts({ after: last?.businessDate ?? null, through: day })) {
    signal.throwIfAborted();
    for (const account of batch) seal = addFacts(seal, account);
    progress.onAccounts(batch.length);
  }
  return closeSeal(seal);
}
