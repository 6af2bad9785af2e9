import { randomUUID } from 'node:crypto';
import { maskAccountNo } from '@core-exit/bank-contract/server';
import type { Command } from '@core-exit/process/commands';
import { WrongArguments, withArguments } from '../command/arguments.ts';
import { type Batch, jsonLine, progressOf, runBatch } from '../command/batch.ts';
import { taxRulesOnFile } from '../ledger/tax-rules.ts';
import { postgresCorrections } from './correction.sql.ts';
import { type Corrected, type CorrectionDependencies, correctAccount, PENDING } from './correction.ts';
import { type PendingCorrections, type Swept, sweepCorrections } from './correction-run.ts';

const HELP = `interest-service correct (--account NO | --all) [--dry-run] [--json]

Posts what back-dated movements changed in periods already paid: the difference, today, linked to the receipt, under the
tax rules of the day of payment. Beside live traffic; stopped or killed, the next run goes on with what is left.

  --account NO   one account
  --all          every account with something pending
  --dry-run      says what it would post, writes nothing
  --json         one line a payout, then the totals

Exit code: 0 nothing is left, 1 something is (told, with what to do), 2 wrong usage.
`;

export const correctCommand: Command = {
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
      ({ account, all = false, 'dry-run': dryRun = false, json = false }) => {
        if ((account === undefined) !== all) throw new WrongArguments('either --account or --all is due');
        return runBatch('interest-correct', (batch) =>
          correct(batch, { account: account ?? null, dryRun, json }),
        );
      },
    ),
};

type Asked = { account: string | null; dryRun: boolean; json: boolean };

type Totals = { accounts: number; posted: number; same: number; pending: number; busy: number; net: bigint };

async function correct({ config, source, signal }: Batch, asked: Asked): Promise<number> {
  const ledger = postgresCorrections(source);
  const deps = { ...ledger, taxRulesOf: taxRulesOnFile(config.taxRulesFile), newId: randomUUID };
  const totals: Totals = { accounts: 0, posted: 0, same: 0, pending: 0, busy: 0, net: 0n };
  const progress = await progressOf(
    'correcting',
    asked.account === null ? ledger.countPending : async () => 1,
  );
  const onAccount = (swept: Swept): void => {
    progress.add(1);
    totals.accounts += 1;
    for (const corrected of swept.corrected) {
      totals[corrected.kind] += 1;
      if (corrected.kind === 'posted') totals.net += corrected.difference.net;
      process.stdout.write(
        asked.json ? jsonLine({ accountNo: swept.accountNo, ...corrected }) : line(swept, corrected),
      );
    }
  };
  const busy = await correctAsked(deps, asked, signal, onAccount);
  progress.end();
  if (busy === 'no-account') {
    process.stderr.write(`no account ${asked.account}\n`);
    return 2;
  }
  totals.busy = busy.length;
  process.stdout.write(
    asked.json ? jsonLine({ ...totals, stopped: signal.aborted }) : summary(totals, asked.dryRun),
  );
  return totals.pending + totals.busy > 0 || signal.aborted ? 1 : 0;
}

async function correctAsked(
  deps: CorrectionDependencies & PendingCorrections,
  { account, dryRun }: Asked,
  signal: AbortSignal,
  onAccount: (swept: Swept) => void,
): Promise<string[] | 'no-account'> {
  if (account === null) return (await sweepCorrections(deps, { dryRun, signal, onAccount })).busy;
  const corrected = await correctAccount(deps, account, { dryRun });
  if (corrected === 'no-account') return corrected;
  onAccount({ accountNo: account, corrected });
  return [];
}

function line({ accountNo }: Swept, corrected: Corrected): string {
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
  const left = busy > 0 ? `; ${busy} accounts stayed locked: run again` : '';
  return `${accounts} accounts: ${posted} differences ${verb} (${net} won net), ${same} came to the same, ${pending} pending${left}\n`;
}
