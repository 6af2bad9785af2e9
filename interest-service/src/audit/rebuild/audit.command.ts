import type { Command } from '@core-exit/process/commands';
import { EXIT } from '@core-exit/process/exit-codes';
import { withArguments } from '../../command/arguments.ts';
import { interruptible } from '../../command/batch.ts';
import { progressBar } from '../../command/output.ts';
import { connectToBooks } from '../../ledger/books-connection.ts';
import { readTaxRules, taxRulesOnFile } from '../../ledger/tax-rules.ts';
import { type AuditState, auditBooks, type Books } from './audit.ts';
import { auditOneAccount } from './audit-account.command.ts';
import { AUDIT_HELP, AUDIT_OPTIONS, type AuditArguments, auditArguments } from './audit-arguments.command.ts';
import { auditReport, auditText } from './audit-report.ts';
import { postgresBooks } from './books.sql.ts';
import type { RuleBook } from './check-receipts.ts';
import { checkpointIn } from './checkpoint.ts';
import { emptyTally, findingsOf } from './tally.ts';

type Settings = { databaseUrl: string; taxRulesFile: string };

export function auditCommand(settings: () => Settings): Command {
  return {
    takesArguments: 'own-help',
    about: 'rebuilds accounts from their entries and compares the books with them (role auditor)',
    run: (args) =>
      withArguments(args, AUDIT_HELP, AUDIT_OPTIONS, (given) => {
        const what = auditArguments(given);
        return audit(settings(), what);
      }),
  };
}

async function audit({ databaseUrl, taxRulesFile }: Settings, args: AuditArguments): Promise<number> {
  const rules = { of: taxRulesOnFile(taxRulesFile), now: readTaxRules(taxRulesFile) };
  const client = await connectToBooks(databaseUrl, { applicationName: 'interest-audit', readOnly: true });
  try {
    const books = postgresBooks(client);
    if (args.kind === 'all') return await auditAll(books, rules.of, args);
    return (await auditOneAccount(books, rules, args)) ? EXIT.done : EXIT.found;
  } finally {
    await client.end();
  }
}

type All = Extract<AuditArguments, { kind: 'all' }>;

async function auditAll(books: Books, rules: RuleBook, args: All): Promise<number> {
  const checkpoint = checkpointIn<AuditState>(args.resume, `audit ${args.through ?? 'now'}`);
  const state: AuditState = checkpoint.earlier ?? {
    phase: 'accounts',
    account: '',
    sealedDay: null,
    tally: emptyTally(),
  };
  const began = performance.now();
  const bar = await progressBar('audit', books.accountCount, state.tally.accounts);
  const wasStopped = await interruptible(async (signal) => {
    try {
      await auditBooks(books, state, {
        rules,
        anchors: args.anchors,
        through: args.through,
        progress: { accounts: bar.add, seal: () => bar.end() },
        keep: checkpoint.keep,
        signal,
      });
      return false;
    } catch (fault) {
      checkpoint.flush();
      if (signal.aborted) return true;
      throw fault;
    } finally {
      bar.end();
    }
  });
  if (wasStopped) {
    process.stderr.write(`stopped${args.resume === null ? '' : ': run the command again to continue'}\n`);
    return EXIT.incomplete;
  }
  const [businessDate, seals] = [await books.businessDate(), await books.seals()];
  const seconds = Math.round((performance.now() - began) / 100) / 10;
  const report = auditReport(state.tally, { businessDate, through: args.through, seals, seconds });
  process.stdout.write(args.json ? `${JSON.stringify(report)}\n` : auditText(report));
  checkpoint.remove();
  return findingsOf(state.tally) === 0 ? EXIT.done : EXIT.found;
}
