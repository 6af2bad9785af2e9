import type { BankDate } from '../../domain/calendar.ts';
import type { AccountHistory, Products } from '../../ledger/history.ts';
import { addFacts, closeSeal, type OpenSeal, openSeal, type Seal } from '../seals/seal.ts';
import type { SealBook } from '../seals/seal-days.ts';
import { type AccountCheck, checkAccount, historyThrough } from './check-account.ts';
import type { RuleBook } from './check-receipts.ts';
import { type Anchors, checkChain, checkSeal } from './check-seals.ts';
import type { Finding } from './findings.ts';
import { addAccounts, addFindings, type Tally } from './tally.ts';

export interface Books extends Pick<SealBook, 'facts'> {
  businessDate(): Promise<BankDate>;
  /** The number of accounts, for a progress bar. */
  accountCount(): Promise<number>;
  products(): Promise<Products>;
  account(accountNo: string): Promise<AccountHistory | null>;
  /** All accounts after one, ascending, in chunks that fit in memory; each chunk is one consistent state. */
  accounts(after: string): AsyncIterable<AccountHistory[]>;
  /** Rows without an account; at most `limit` of them. */
  strays(limit: number): Promise<{ what: string; accountNo: string; rows: string }[]>;
  seals(): Promise<Seal[]>;
}

/** How far an audit has come. Plain values, so that an audit can continue from a file. */
export type AuditState = {
  phase: 'accounts' | 'strays' | 'seals' | 'done';
  /** The last account that was checked. */
  account: string;
  /** The last day whose seal was computed again. */
  sealedDay: BankDate | null;
  tally: Tally;
};

export type AuditOptions = {
  rules: RuleBook;
  anchors: Anchors;
  /** Null: the books as they are now. A date: as they were at its end, without heads and closings, which are of the present. */
  through: BankDate | null;
  progress: { accounts(more: number): void; seal(day: BankDate, of: number): void };
  /** Called after each step from which the audit can continue. */
  keep(state: AuditState): void;
  signal: AbortSignal;
};

const MAX_STRAYS = 100;

/** Rebuilds and compares every account, then reports rows without an account, then checks the seals. Stops between two chunks. */
export async function auditBooks(
  books: Books,
  state: AuditState,
  options: AuditOptions,
): Promise<AuditState> {
  const step = (next: Partial<AuditState>) => {
    Object.assign(state, next);
    options.keep(state);
    options.signal.throwIfAborted();
  };
  if (state.phase === 'accounts') {
    const products = await books.products();
    for await (const chunk of books.accounts(state.account)) {
      const checked = chunk.map((history) => checkOne(history, products, options));
      addAccounts(state.tally, checked);
      options.progress.accounts(checked.length);
      step({ account: chunk.at(-1)?.accountNo ?? state.account });
    }
    step({ phase: 'strays' });
  }
  if (state.phase === 'strays') {
    const strays = await books.strays(MAX_STRAYS);
    addFindings(state.tally, strays.map(strayFinding));
    step({ phase: 'seals' });
  }
  if (state.phase === 'seals') await auditSeals(books, state, options, step);
  return state;
}

export type CheckedAccount = { history: AccountHistory; check: AccountCheck };

/** Checks one account, as it is or as it was at the end of a date. */
export function checkOne(
  history: AccountHistory,
  products: Products,
  { rules, through }: Pick<AuditOptions, 'rules' | 'through'>,
): CheckedAccount {
  const then = through === null ? history : historyThrough(history, through);
  return { history: then, check: checkAccount(then, products, rules, through === null) };
}

async function auditSeals(
  books: Books,
  state: AuditState,
  options: AuditOptions,
  step: (next: Partial<AuditState>) => void,
): Promise<void> {
  const seals = (await books.seals()).filter(
    ({ businessDate }) => options.through === null || businessDate <= options.through,
  );
  for (const seal of seals) {
    if (state.sealedDay !== null && seal.businessDate <= state.sealedDay) continue;
    options.progress.seal(seal.businessDate, seals.length);
    addFindings(state.tally, checkSeal(seal, await computeSeal(books, seal)));
    state.tally.sealedDays += 1;
    step({ sealedDay: seal.businessDate });
  }
  addFindings(state.tally, checkChain(seals, options.anchors));
  step({ phase: 'done' });
}

async function computeSeal(books: Pick<SealBook, 'facts'>, { businessDate, previous }: Seal): Promise<Seal> {
  let seal: OpenSeal = openSeal(businessDate, previous);
  for await (const batch of books.facts({ after: previous?.businessDate ?? null, through: businessDate }))
    for (const account of batch) seal = addFacts(seal, account);
  return closeSeal(seal);
}

function strayFinding({ what, accountNo, rows }: { what: string; accountNo: string; rows: string }): Finding {
  const found = `${rows} ${what}`;
  return {
    kind: 'entries-without-account',
    accountNo,
    seq: null,
    businessDate: null,
    expected: 'an account',
    found,
  };
}
