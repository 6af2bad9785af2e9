import type { Command } from '@core-exit/process/commands';
import { WrongArguments, withArguments } from '../../command/arguments.ts';
import { progressOf } from '../../command/batch.ts';
import { readConfig } from '../../config.ts';
import { connectToBooks } from '../../ledger/books-connection.ts';
import { readTaxRules, taxRulesOnFile } from '../../ledger/tax-rules.ts';
import { type AuditState, auditBooks, type Books } from './audit.ts';
import { auditOneAccount } from './audit-account.command.ts';
import { AUDIT_HELP, AUDIT_OPTIONS, type AuditArguments, auditArguments } from './audit-arguments.ts';
import { auditReport, auditText } from './audit-report.ts';
import { postgresBooks } from './books.sql.ts';
import type { RuleBook } from './check-receipts.ts';
import { checkpointIn } from './checkpoint.ts';
import { emptyTally, findingsOf } from './tally.ts';

const CLEAN = 0;
const FOUND = 1;
const NOT_FINISHED = 3;

export const auditCommand: Command = {
  about: 'rebuilds accounts from their entries and compares the books with them (role auditor)',
  run: (args) =>
    withArguments(args, AUDIT_HELP, AUDIT_OPTIONS, async (typed) => {
      try {
        return (await audit(auditArguments(typed))) ? CLEAN : FOUND;
      } catch (fault) {
        if (fault instanceof WrongArguments) throw fault;
        process.stderr.write(`audit: ${(fault as Error).message}\n`);
        return NOT_FINISHED;
      }
    }),
};

async function audit(args: AuditArguments): Promise<boolean> {
  const { databaseUrl, ...rules } = settings();
  const client = await connectToBooks(databaseUrl, { applicationName: 'interest-audit', readOnly: true });
  try {
    const books = postgresBooks(client);
    return args.kind === 'account'
      ? await auditOneAccount(books, rules, args)
      : await auditAll(books, rules.of, args);
  } finally {
    await client.end();
  }
}

function settings() {
  try {
    const { databaseUrl, taxRulesFile } = readConfig('batch');
    return { databaseUrl, of: taxRulesOnFile(taxRulesFile), now: readTaxRules(taxRulesFile) };
  } catch (fault) {
    throw new WrongArguments((fault as Error).message, { cause: fault });
  }
}

type All = Extract<AuditArguments, { kind: 'all' }>;

async function auditAll(books: Books, rules: RuleBook, args: All): Promise<boolean> {
  const checkpoint = checkpointIn<AuditState>(args.resume, `audit ${args.through ?? 'now'}`);
  const state: AuditState = checkpoint.earlier ?? {
    phase: 'accounts',
    account: '',
    sealedDay: null,
    tally: emptyTally(),
  };
  const began = performance.now();
  const stop = new AbortController();
  const onSignal = () =>
    stop.abort(new Error(`stopped${args.resume === null ? '' : ': run it again to go on'}`));
  process.once('SIGINT', onSignal).once('SIGTERM', onSignal);
  const bar = await progressOf('audit', books.accountCount, state.tally.accounts);
  try {
    await auditBooks(books, state, {
      rules,
      anchors: args.anchors,
      through: args.through,
      progress: { accounts: bar.add, seal: () => bar.end() },
      keep: checkpoint.keep,
      signal: stop.signal,
    });
  } catch (fault) {
    checkpoint.flush();
    throw fault;
  } finally {
    bar.end();
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
  }
  const [businessDate, seals] = [await books.businessDate(), await books.seals()];
  const seconds = Math.round((performance.now() - began) / 100) / 10;
  const report = auditReport(state.tally, { businessDate, through: args.through, seals, seconds });
  process.stdout.write(args.json ? `${JSON.stringify(report)}\n` : auditText(report));
  checkpoint.remove();
  return findingsOf(state.tally) === 0;
}
