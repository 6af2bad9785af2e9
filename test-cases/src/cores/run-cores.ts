import { unmet } from '../answer.ts';
import type { Result } from '../result.ts';
import { daysBetween } from '../row/dates.ts';
import type { Case } from '../row/row.ts';
import { type CaseLedger, caseLedger, type Opened, type ToOpen } from './case-ledger.sql.ts';
import { CORES, type CoreClient, type CoreName, coreClient } from './core-client.ts';
import { observeDaily } from './daily-payouts.ts';
import { accountOf, type LedgerAccount } from './ledger-account.ts';
import { type Observation, observe } from './observation.ts';
import { paySample } from './paid-sample.ts';
import { AT_ONCE, type Each, inParallel } from './parallel.ts';
import type { Stack } from './stack.ts';

/** Receives the progress of a run. */
export type Progress = { total(rows: number): void; step(): void };

/** The answers of the cores to a row, or the reason why the row is skipped. */
export type Observed = { one: Case } & (
  | { account: LedgerAccount; observations: Partial<Record<CoreName, Observation>> }
  | { skipped: string }
);

export type RunOptions = {
  stack: Stack;
  cores: readonly CoreName[];
  signal: AbortSignal;
  progress: Progress;
  pays: boolean;
};

/** Runs every row on the cores and judges the answers. Two cores must also agree with each other, field by field. */
export async function runOnCores(cases: readonly Case[], options: RunOptions): Promise<Result[]> {
  const { stack, cores, signal, progress, pays } = options;
  return await withCores(stack, async (ledger, client) => {
    const each = inParallel(signal);
    const observed = await observeAll(cases, cores, { ledger, client, each, progress });
    const answered = observed.flatMap((row) => ('account' in row ? [row] : []));
    const paid = pays ? await paySample(answered, { stack, ledger, client, each }) : [];
    const problemsOf = new Map(paid.map(({ one, problems }) => [one, problems]));
    return observed.map((row) => judge(row, problemsOf.get(row.one)));
  });
}

/** The answers of both cores to every row, without judgement. */
export async function observeOnBoth(
  cases: readonly Case[],
  { stack, signal, progress }: Omit<RunOptions, 'cores' | 'pays'>,
): Promise<Observed[]> {
  return await withCores(stack, (ledger, client) =>
    observeAll(cases, CORES, { ledger, client, each: inParallel(signal), progress }),
  );
}

async function withCores<T>(
  stack: Stack,
  work: (ledger: CaseLedger, client: CoreClient) => Promise<T>,
): Promise<T> {
  const ledger = caseLedger(stack.postgres, AT_ONCE);
  const client = coreClient(stack, AT_ONCE * 2);
  try {
    return await work(ledger, client);
  } finally {
    await Promise.allSettled([client.close(), ledger.close()]);
  }
}

type Parts = { ledger: CaseLedger; client: CoreClient; each: Each; progress: Progress };

/** Runs the longest rows first, so that no long row runs alone at the end. The results are in the order of the cases. */
async function observeAll(
  cases: readonly Case[],
  cores: readonly CoreName[],
  { ledger, client, each, progress }: Parts,
): Promise<Observed[]> {
  const toOpen: ToOpen[] = [];
  const planned = cases
    .toSorted((a, b) => payoutsOf(b) - payoutsOf(a))
    .map((one) => {
      const account = accountOf(one);
      if ('reason' in account) return { one, account, indexes: [] };
      const copies = payoutsOf(one) > 0 ? cores : cores.slice(0, 1); // daily payouts change their account
      return { one, account, indexes: copies.map(() => toOpen.push({ account }) - 1) };
    });
  const opened = await ledger.open(toOpen);
  progress.total(cases.length);
  const observed = await each(planned, async ({ one, account, indexes }): Promise<Observed> => {
    if ('reason' in account) {
      progress.step();
      return { one, skipped: account.reason };
    }
    const observations = await Promise.all(
      cores.map(async (core, i) => {
        const own = opened[indexes[i] ?? indexes[0] ?? -1];
        return [core, await observeOne({ ledger, client }, core, one, account, own)] as const;
      }),
    );
    progress.step();
    return { one, account, observations: Object.fromEntries(observations) };
  });
  const byCase = new Map(observed.map((row) => [row.one, row]));
  return cases.flatMap((one) => byCase.get(one) ?? []);
}

/** Number of payouts of a row with daily payouts; 0 for every other row. */
function payoutsOf(one: Case): number {
  if (one.kind !== 'payout' || one.row.given.repeatDaily !== true) return 0;
  return daysBetween(one.row.given.period.from, one.row.given.period.to) + 1;
}

async function observeOne(
  { ledger, client }: Pick<Parts, 'ledger' | 'client'>,
  core: CoreName,
  one: Case,
  account: LedgerAccount,
  opened: Opened | undefined,
): Promise<Observation> {
  try {
    if (opened === undefined) throw new Error('the account was not opened');
    if (one.kind === 'payout' && payoutsOf(one) > 0)
      return await observeDaily(client, ledger, core, one.row, opened);
    return await observe(client, core, one, account, opened);
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
  const observations = Object.entries(row.observations);
  const problems = [
    ...observations.flatMap(([core, { faults }]) => faults.map((fault) => `${core}: ${fault}`)),
    ...observations.flatMap(([core, { answer, faults }]) => {
      const names = faults.length > 0 ? [] : unmet(one, answer);
      return names.length > 0 ? [`${core} differs in ${names.join(', ')}`] : [];
    }),
    ...disagreement(row.observations),
    ...(paidProblems ?? []),
  ];
  const answers = observations.map(([core, { answer }]) => [core, answer] as const);
  const first = answers[0]?.[1] ?? {};
  if (problems.length === 0) return { one, outcome: 'pass', actual: first, paid: paidProblems !== undefined };
  const actual = answers.length === 1 ? first : Object.fromEntries(answers);
  return { one, outcome: 'fail', actual, problems, explanation: null };
}

/** Both cores must give the same value in every field for machines. */
export function disagreement(observations: Partial<Record<CoreName, Observation>>): string[] {
  const [ours, theirs] = [observations.new, observations.legacy];
  if (ours === undefined || theirs === undefined) return [];
  const index = ours.bodies.findIndex((body, i) => JSON.stringify(body) !== JSON.stringify(theirs.bodies[i]));
  if (index === -1 && ours.bodies.length === theirs.bodies.length) return [];
  return [
    `the cores disagree: new ${JSON.stringify(ours.bodies[index])}, legacy ${JSON.stringify(theirs.bodies[index])}`,
  ];
}
