import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from '@core-exit/process/commands';
import { EXIT } from '@core-exit/process/exit-codes';
import { badArguments, dateArgument, withArguments } from '../command/arguments.ts';
import { interruptible, withDatabase } from '../command/batch.ts';
import { jsonLine, type ProgressBar, progressBar } from '../command/output.ts';
import { readTaxRules } from '../ledger/tax-rules.ts';
import { postgresRunProgress } from './capitalisation.sql.ts';
import { capitalise, type RunEnd, type RunTotals } from './capitalisation.ts';
import { chunkTransactions } from './capitalisation-chunk.sql.ts';

/** A chunk locks its accounts while it is worked on: 200 take about a tenth of a second, which no customer notices. */
const CHUNK_ACCOUNTS = 200;
/** A larger chunk would come near the time limit of a statement. */
const MAX_CHUNK_ACCOUNTS = 5_000;

const HELP = `interest-service capitalise [--date DATE] [--chunk N] [--json]

Pays the interest that customers did not collect, on the posting day of their product. Runs beside live traffic, and any
number of these commands may run at once. If one is stopped or killed, the next one continues. Accounts that are locked
are tried again for a few seconds.

  --date DATE   the posting day; default today. An earlier date is a missed run: it pays up to today
  --chunk N     accounts in one transaction, default ${CHUNK_ACCOUNTS}
  --json        prints the totals as JSON

Exit code 0: no account is left, or no product was due. 2: accounts are left, run the command again. 3: the command line or
the environment is not valid.
`;

type Settings = { databaseUrl: string; taxRulesFile: string };
type Options = { dueOn: string | null; chunkAccounts: number; json: boolean };

export function capitaliseCommand(settings: () => Settings): Command {
  return {
    takesArguments: 'own-help',
    about: 'pays the interest that was not collected, on the posting day of each product',
    run: (args) =>
      withArguments(
        args,
        HELP,
        { date: { type: 'string' }, chunk: { type: 'string' }, json: { type: 'boolean' } },
        ({ date, chunk, json = false }) => {
          const dueOn = date === undefined ? null : dateArgument('date', date);
          const chunkAccounts = chunk === undefined ? CHUNK_ACCOUNTS : chunkArgument(chunk);
          return interruptible((signal) => run(settings(), { dueOn, chunkAccounts, json }, signal));
        },
      ),
  };
}

function chunkArgument(text: string): number {
  const accounts = Number(text);
  if (!/^[1-9][0-9]*$/.test(text) || accounts > MAX_CHUNK_ACCOUNTS) {
    throw badArguments(`--chunk must be 1 to ${MAX_CHUNK_ACCOUNTS} accounts, not "${text}"`);
  }
  return accounts;
}

async function run(settings: Settings, options: Options, signal: AbortSignal): Promise<number> {
  const { dueOn, chunkAccounts, json } = options;
  const began = performance.now();
  const cpuBefore = process.cpuUsage();
  let bar: ProgressBar | null = null;
  let accounts = 0;
  const end = await withDatabase(settings.databaseUrl, 'interest-capitalise', (source) =>
    capitalise(
      {
        ...postgresRunProgress(source),
        transaction: chunkTransactions(source),
        taxRules: readTaxRules(settings.taxRulesFile),
        newId: randomUUID,
      },
      {
        dueOn,
        chunkAccounts,
        signal,
        sleep: (ms) => sleep(ms),
        async onBegin({ accounts: all, left }) {
          bar = await progressBar('capitalising', async () => all, all - left);
        },
        onChunk({ paid, skipped }) {
          const settled = Object.values(skipped).reduce((sum, n) => sum + n, paid);
          accounts += settled;
          bar?.add(settled);
        },
      },
    ),
  );
  (bar as ProgressBar | null)?.end();
  const { user, system } = process.cpuUsage(cpuBefore);
  const seconds = (performance.now() - began) / 1_000;
  return print(end, json, {
    stopped: signal.aborted,
    thisRunner: {
      accounts,
      seconds: Math.round(seconds * 10) / 10,
      perSecond: Math.round(accounts / seconds),
      cpuSeconds: (user + system) / 1e6,
    },
  });
}

type Runner = { accounts: number; seconds: number; perSecond: number; cpuSeconds: number };

/** Prints the result and returns the exit code. */
function print(end: RunEnd, json: boolean, runner: { stopped: boolean; thisRunner: Runner }): number {
  if (end.kind === 'in the future') {
    throw badArguments(`--date is after the bank's date ${end.today}: run a posting day on its day or later`);
  }
  if (end.kind === 'nothing due') {
    process.stdout.write(json ? jsonLine(end) : `no product has its posting day on ${end.dueOn}\n`);
    return EXIT.done;
  }
  const { dueOn, products, totals } = end;
  const text = json
    ? jsonLine({ dueOn, products, ...totals, ...runner })
    : page(dueOn, totals, runner.thisRunner);
  process.stdout.write(text);
  return totals.left > 0 ? EXIT.incomplete : EXIT.done;
}

function page(
  dueOn: string,
  { accounts, paid, gross, net, skipped, left }: RunTotals,
  runner: Runner,
): string {
  const reasons = Object.entries(skipped).map(([reason, n]) => `  ${reason.padEnd(24)} ${n}\n`);
  const rest =
    left > 0 ? `left: ${left} accounts that are locked or not reached: run the command again\n` : '';
  return `posting day ${dueOn}: ${paid} of ${accounts} accounts paid, ${gross} won gross, ${net} won net
not paid:
${reasons.join('') || '  none\n'}${rest}this runner: ${runner.accounts} accounts in ${runner.seconds} s, ${runner.perSecond} a second
`;
}
