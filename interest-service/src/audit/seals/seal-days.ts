import { type BankDate, dateOf, dayNumber, nextDay } from '../../domain/calendar.ts';
import { addFacts, closeSeal, openSeal, type Seal, type Stratum } from './seal.ts';

/** The days after `after` (null: from the beginning) up to and including `through`. */
export type Days = { after: BankDate | null; through: BankDate };

export interface SealBook {
  businessDate(): Promise<BankDate>;
  lastSeal(): Promise<Seal | null>;
  /** Whether a day ended at least this long ago and is not sealed, in a chain that an operator has begun. */
  isDue(afterMidnightMs: number): Promise<boolean>;
  /** From now on the day, and each day before it, takes no entry. Commits by itself. */
  closeDay(day: BankDate): Promise<void>;
  /** Resolves when every transaction has ended that was writing to the ledger at the moment of the call. */
  writersEnded(): Promise<void>;
  /** What the ledger got on those days, by account, ascending, in batches. */
  facts(days: Days): AsyncIterable<Stratum[]>;
  keep(seal: Seal): Promise<void>;
  /** Runs `work`, or returns `busy` while another process seals. */
  exclusively<T>(work: () => Promise<T>): Promise<T | 'busy'>;
}

export type SealProgress = {
  onDay(day: BankDate): void;
  onAccounts(accounts: number): void;
  onSealed(seal: Seal): void;
};

/** If a clock is set back over midnight, a sealed day comes again. No clock of a bank is wrong by a quarter of an hour. */
const AFTER_MIDNIGHT_MS = 15 * 60_000;

/**
 * Seals the days that ended, a while after midnight, once an operator has begun the chain. Before that it does nothing, because
 * history that is still being taken over has old dates.
 */
export async function sealIfDue(
  book: SealBook,
  onSealed: (seal: Seal) => void,
  signal: AbortSignal,
): Promise<void> {
  if (!(await book.isDue(AFTER_MIDNIGHT_MS))) return;
  await sealEndedDays(book, { onDay() {}, onAccounts() {}, onSealed }, signal);
}

/**
 * Seals every day that is over and not sealed yet, oldest first. The first seal covers all history before it. If the call is
 * stopped anywhere, the next call continues: a closed day stays closed, and a seal is stored as a whole or not at all.
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
      // A transaction that began before the day was closed did not see the close; one that begins now sees it.
      await book.writersEnded();
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
