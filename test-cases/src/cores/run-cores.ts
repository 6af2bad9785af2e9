import { unmet } from '../answer.ts';
import type { Result } from '../result.ts';
import { daysBetween } from '../row/dates.ts';
import type { Case } from '../row/row.ts';
import { type Ask, askCores, CORES, type CoreName } from './core-client.ts';
import { type Account, accountOf } from './ledger-account.ts';
import { type CaseLedger, caseLedger, type Opened, type ToOpen } from './case-ledger.sql.ts';
import { type Observation, observe } from './observation.ts';
import { AT_ONCE, type Each, inParallel } from './parallel.ts';
import { paySample } from './paid-sample.ts';
import { observeDaily } from './daily-payouts.ts';
import type { Stack } from './stack.ts';

/** Told how far a run is. */
export type Progress = { total(rows: number): void; step(): void };

/** What the cores said to a row, or why it was not asked. */
export type Observed = { one: Case } & (
  | { account: Account; said: Partial<Record<CoreName, Observation>> }
  | { skipped: string }
);

export type RunOptions = {
  stack: Stack;
  cores: readonly CoreName[];
  signal: AbortSignal;
  progress: Progress;
  pays: boolean;
};

/** Every row on the cores, judged; `both` means that they must also agree with each other, field by field. */
export async function runOnCores(cases: readonly Case[], options: RunOptions): Promise<Result[]> {
  const { stack, cores, signal, progress, pays } = options;
  return await withCores(stack, async (ledger, ask) => {
    const each = inParallel(signal);
    const observed = await observeAll(cases, cores, { ledger, ask, each, progress });
    const asked = observed.flatMap((row) => ('account' in row ? [row] : []));
    const paid = pays ? await paySample(asked, { stack, ledger, ask, each }) : [];
    const problemsOf = new Map(paid.map(({ one, problems }) => [one, problems]));
    return observed.map((row) => judge(row, problemsOf.get(row.one)));
  });
}

/** What both cores say to every row, unjudged. */
export async function observeOnBoth(
  cases: readonly Case[],
  { stack, signal, progress }: Omit<RunOptions, 'cores' | 'pays'>,
): Promise<Observed[]> {
  return await withCores(stack, (ledger, ask) =>
    observeAll(cases, CORES, { ledger, ask, each: inParallel(signal), progress }),
  );
}

async function withCores<T>(stack: Stack, work: (ledger: CaseLedger, ask: Ask) => Promise<T>): Promise<T> {
  const ledger = caseLedger(stack.postgres, AT_ONCE);
  const ask = askCores(stack, AT_ONCE * 2);
  try {
    return await work(ledger, ask);
  } finally {
    await Promise.allSettled([ask.close(), ledger.close()]);
  }
}

type Parts = { ledger: CaseLedger; ask: Ask; each: Each; progress: Progress };

/** The longest rows first, so that none is left alone at the end; answered in the order of the cases. */
async function observeAll(
  cases: readonly Case[],
  cores: readonly CoreName[],
  { ledger, ask, each, progress }: Parts,
): Promise<Observed[]> {
  const toOpen: ToOpen[] = [];
  const planned = cases
    .toSorted((a, b) => payoutsOf(b) - payoutsOf(a))
    .map((one) => {
      const account = accountOf(one);
      if ('reason' in account) return { one, account, indexes: [] };
      const copies = payoutsOf(one) > 0 ? cores : cores.slice(0, 1); // what is paid daily changes its account
      return { one, account, indexes: copies.map(() => toOpen.push({ account }) - 1) };
    });
  const opened = await ledger.open(toOpen);
  progress.total(cases.length);
  const observed = await each(planned, async ({ one, account, indexes }): Promise<Observed> => {
    if ('reason' in account) {
      progress.step();
      return { one, skipped: account.reason };
    }
    const said = await Promise.all(
      cores.map(async (core, i) => {
        const own = opened[indexes[i] ?? indexes[0] ?? -1];
        return [core, await observeOne({ ledger, ask }, core, one, account, own)] as const;
      }),
    );
    progress.step();
    return { one, account, said: Object.fromEntries(said) };
  });
  const byCase = new Map(observed.map((row) => [row.one, row]));
  return cases.flatMap((one) => byCase.get(one) ?? []);
}

/** Payouts a row makes one after the other; 0: it is asked once. */
function payoutsOf(one: Case): number {
  if (one.kind !== 'payout' || one.row.given.repeatDaily !== true) return 0;
  return daysBetween(one.row.given.period.from, one.row.given.period.to) + 1;
}

async function observeOne(
  { ledger, ask }: Pick<Parts, 'ledger' | 'ask'>,
  core: CoreName,
  one: Case,
  account: Account,
  opened: Opened | undefined,
): Promise<Observation> {
  try {
    if (opened === undefined) throw new Error('the account was not opened');
    if (one.kind === 'payout' && payoutsOf(one) > 0)
      return await observeDaily(ask, ledger, core, one.row, opened);
    return await observe(ask, core, one, account, opened);
  } catch (fault) {
    return {
      answer: {},
      bodies: [],
      faults: [`no answer: ${fault instanceof Error ? fault.message : String(fault)}`],
    };
  }
}

function judge(row: Observed, paidProblems: string[] | undefined): Result {
  const { one } = row;
  if ('skipped' in row) return { one, outcome: 'skipped', reason: row.skipped };
  const said = Object.entries(row.said);
  const problems = [
    ...said.flatMap(([core, { faults }]) => faults.map((fault) => `${core}: ${fault}`)),
    ...said.flatMap(([core, { answer, faults }]) => {
      const names = faults.length > 0 ? [] : unmet(one, answer);
      return names.length > 0 ? [`${core} differs in ${names.join(', ')}`] : [];
    }),
    ...disagreement(row.said),
    ...(paidProblems ?? []),
  ];
  const answers = said.map(([core, { answer }]) => [core, answer] as const);
  const first = answers[0]?.[1] ?? {};
  if (problems.length === 0) return { one, outcome: 'pass', actual: first, paid: paidProblems !== undefined };
  const actual = answers.length === 1 ? first : Object.fromEntries(answers);
  return { one, outcome: 'fail', actual, problems, explanation: null };
}

/** Both cores must say the same in every field that is for machines. */
export function disagreement(said: Partial<Record<CoreName, Observation>>): string[] {
  const [ours, theirs] = [said.new, said.legacy];
  if (ours === undefined || theirs === undefined) return [];
  const index = ours.bodies.findIndex((body, i) => JSON.stringify(body) !== JSON.stringify(theirs.bodies[i]));
  if (index === -1 && ours.bodies.length === theirs.bodies.length) return [];
  return [
    `the cores disagree: new ${JSON.stringify(ours.bodies[index])}, legacy ${JSON.stringify(theirs.bodies[index])}`,
  ];
}
