import { randomUUID } from 'node:crypto';
import { maskAccountNo } from '@core-exit/bank-contract/server';
import type { Command } from '@core-exit/process/commands';
import { EXIT } from '@core-exit/process/exit-codes';
import { badArguments, withArguments } from '../command/arguments.ts';
import { interruptible, withDatabase } from '../command/batch.ts';
import { jsonLine, progressBar } from '../command/output.ts';
import { taxRulesOnFile } from '../ledger/tax-rules.ts';
import { postgresCorrections } from './correction.sql.ts';
import { type Corrected, type CorrectionDependencies, correctAccount, PENDING } from './correction.ts';
import { type CorrectedAccount, type PendingCorrections, runCorrections } from './correction-run.ts';

const HELP = `interest-service correct (--account NO | --all) [--dry-run] [--json]

Posts the differences that back-dated movements make in periods already paid: today, linked to the receipt, under the tax
rules of the day of payment. Runs beside live traffic. If it is stopped or killed, the next run continues with the rest.

  --account NO   one account
  --all          every account with a pending correction
  --dry-run      prints what would be posted and writes nothing
  --json         one line for each payout, then the totals

Exit code 0: all differences are posted. 2: some are not; they are printed with what to do next, or the command was
stopped. 3: the command line or the environment is not valid.
`;

type Settings = { databaseUrl: string; taxRulesFile: string };

export function correctCommand(settings: () => Settings): Command {
  return {
    takesArguments: 'own-help',
    about: 'posts the difference where a back-dated movement changed a paid period',
    run: (args) =>
      withArguments(
        args,
        HELP,
        {
          account: { type: 'string' },
          all: { type: 'boolean' },
          'dry-run': { type: 'boolean' },
          json: { type: 'boolean' },
        },
        ({ account = null, all = false, 'dry-run': dryRun = false, json = false }) => {
          if ((account === null) !== all) throw badArguments('give either --account or --all');
          return interruptible((signal) => correct(settings(), { account, dryRun, json }, signal));
        },
      ),
  };
}

type Options = { account: string | null; dryRun: boolean; json: boolean };

type Totals = { accounts: number; posted: number; same: number; pending: number; busy: number; net: bigint };

async function correct(settings: Settings, options: Options, signal: AbortSignal): Promise<number> {
  const { account, dryRun, json } = options;
  return await withDatabase(settings.databaseUrl, 'interest-correct', async (source) => {
    const ledger = postgresCorrections(source);
    const deps = { ...ledger, taxRulesOf: taxRulesOnFile(settings.taxRulesFile), newId: randomUUID };
    const totals: Totals = { accounts: 0, posted: 0, same: 0, pending: 0, busy: 0, net: 0n };
    const bar = await progressBar('correcting', account === null ? ledger.countPending : async () => 1);
    const onAccount = ({ accountNo, corrected }: CorrectedAccount): void => {
      bar.add(1);
      totals.accounts += 1;
      for (const each of corrected) {
        totals[each.kind] += 1;
        if (each.kind === 'posted') totals.net += each.difference.net;
        process.stdout.write(json ? jsonLine({ accountNo, ...each }) : textLine(accountNo, each));
      }
    };
    const busy = await correctAccounts(deps, options, signal, onAccount);
    bar.end();
    totals.busy = busy.length;
    const stopped = signal.aborted;
    process.stdout.write(json ? jsonLine({ ...totals, stopped }) : summary(totals, dryRun));
    return totals.pending + totals.busy > 0 || stopped ? EXIT.incomplete : EXIT.done;
  });
}

/** Returns the accounts that stayed locked. */
async function correctAccounts(
  deps: CorrectionDependencies & PendingCorrections,
  { account, dryRun }: Options,
  signal: AbortSignal,
  onAccount: (account: CorrectedAccount) => void,
): Promise<string[]> {
  if (account === null) return (await runCorrections(deps, { dryRun, signal, onAccount })).busy;
  const corrected = await correctAccount(deps, account, { dryRun });
  if (corrected === 'no-account') throw badArguments(`--account: the ledger has no account ${account}`);
  onAccount({ accountNo: account, corrected });
  return [];
}

function textLine(accountNo: string, corrected: Corrected): string {
  const head = `${maskAccountNo(accountNo)}  ${corrected.payoutId}  `;
  switch (corrected.kind) {
    case 'posted':
      return `${head}posted   gross ${corrected.difference.gross}, net ${corrected.difference.net} won\n`;
    case 'same':
      return `${head}same\n`;
    case 'pending':
      return `${head}pending  ${corrected.reason}: ${PENDING[corrected.reason]}\n`;
  }
}

function summary({ accounts, posted, same, pending, busy, net }: Totals, dryRun: boolean): string {
  const verb = dryRun ? 'would be posted' : 'posted';
  const left = busy > 0 ? `; ${busy} accounts stayed locked: run the command again` : '';
  return `${accounts} accounts: ${posted} differences ${verb} (${net} won net), ${same} without a difference, ${pending} pending${left}\n`;
}
