import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from '@core-exit/process/commands';
import { dateArgument, WrongArguments, withArguments } from '../command/arguments.ts';
import { type Batch, jsonLine, type Progress, progressOf, runBatch } from '../command/batch.ts';
import { readTaxRules } from '../ledger/tax-rules.ts';
import { postgresProgress } from './capitalisation.sql.ts';
import { capitalise, type RunEnd, type RunTotals } from './capitalisation.ts';
import { chunkTransactions } from './capitalisation-chunk.sql.ts';

/** A chunk holds its accounts for as long as it takes: at 200 about a tenth of a second, which nobody at the app notices. */
const CHUNK_ACCOUNTS = 200;
/** Above this a chunk would come near the limit of a statement. */
const MOST_CHUNK_ACCOUNTS = 5_000;

const HELP = `interest-service capitalise [--date DATE] [--chunk N] [--json]

Pays what customers did not collect, on the posting day of their product. Beside live traffic, and any number of these at
once; stopped or killed, the next one goes on. Accounts that somebody holds are tried again for a few seconds.

  --date DATE   the posting day; default today, an earlier one is a run that was missed (it pays up to today)
  --chunk N     accounts a transaction, default ${CHUNK_ACCOUNTS}
  --json        the totals as JSON

Exit code: 0 nothing is left (or nothing was due), 1 something is: run it again, 2 wrong usage.
`;

export const capitaliseCommand: Command = {
  about: 'pays what was not collected, on the posting day of each product',
  run: (args) =>
    withArguments(
      args,
      HELP,
      { date: { type: 'string' }, chunk: { type: 'string' }, json: { type: 'boolean' } },
      ({ date, chunk, json = false }) => {
        const dueOn = date === undefined ? null : dateArgument('date', date);
        const chunkAccounts = chunk === undefined ? CHUNK_ACCOUNTS : chunkArgument(chunk);
        return runBatch('interest-capitalise', (batch) => run(batch, dueOn, chunkAccounts, json));
      },
    ),
};

function chunkArgument(text: string): number {
  const accounts = Number(text);
  if (!/^[1-9][0-9]*$/.test(text) || accounts > MOST_CHUNK_ACCOUNTS) {
    throw new WrongArguments(`--chunk: 1 to ${MOST_CHUNK_ACCOUNTS} accounts are due, not "${text}"`);
  }
  return accounts;
}

async function run(
  { config, source, signal }: Batch,
  dueOn: string | null,
  chunkAccounts: number,
  json: boolean,
): Promise<number> {
  const began = performance.now();
  const cpuBefore = process.cpuUsage();
  let progress: Progress | null = null;
  let mine = 0;
  const deps = {
    ...postgresProgress(source),
    transaction: chunkTransactions(source),
    taxRules: readTaxRules(config.taxRulesFile),
    newId: randomUUID,
  };
  const end = await capitalise(deps, {
    dueOn,
    chunkAccounts,
    signal,
    sleep: (ms) => sleep(ms),
    async onBegun({ accounts, left }) {
      progress = await progressOf('capitalising', async () => accounts, accounts - left);
    },
    onChunk(done) {
      const settled = done.paid + Object.values(done.skipped).reduce((sum, n) => sum + n, 0);
      mine += settled;
      progress?.add(settled);
    },
  });
  (progress as Progress | null)?.end();
  const { user, system } = process.cpuUsage(cpuBefore);
  return tell(end, {
    json,
    mine,
    seconds: (performance.now() - began) / 1_000,
    cpuSeconds: (user + system) / 1e6,
    stopped: signal.aborted,
  });
}

type Runner = { json: boolean; mine: number; seconds: number; cpuSeconds: number; stopped: boolean };

function tell(end: RunEnd, { json, mine, seconds, cpuSeconds, stopped }: Runner): number {
  if (end.kind === 'in the future') {
    process.stderr.write(
      `--date is after the bank's date ${end.today}: a posting day is run on its day or later\n`,
    );
    return 2;
  }
  if (end.kind === 'nothing due') {
    process.stdout.write(json ? jsonLine(end) : `no product has its posting day on ${end.dueOn}\n`);
    return 0;
  }
  const { dueOn, products, totals } = end;
  const thisRunner = {
    accounts: mine,
    seconds: Math.round(seconds * 10) / 10,
    perSecond: Math.round(mine / seconds),
    cpuSeconds,
  };
  process.stdout.write(
    json ? jsonLine({ dueOn, products, ...totals, stopped, thisRunner }) : page(dueOn, totals, thisRunner),
  );
  return totals.left > 0 ? 1 : 0;
}

function page(
  dueOn: string,
  { accounts, paid, gross, net, skipped, left }: RunTotals,
  runner: { accounts: number; seconds: number; perSecond: number },
): string {
  const reasons = Object.entries(skipped).map(([reason, n]) => `  ${reason.padEnd(24)} ${n}\n`);
  return `posting day ${dueOn}: ${paid} of ${accounts} accounts paid, ${gross} won gross, ${net} won net
not paid:
${reasons.join('') || '  none\n'}${left > 0 ? `left: ${left} accounts that are held or not reached: run it again\n` : ''}this runner: ${runner.accounts} accounts in ${runner.seconds} s, ${runner.perSecond} a second
`;
}
