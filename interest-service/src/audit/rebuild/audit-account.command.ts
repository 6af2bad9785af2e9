import { badArguments } from '../../command/arguments.ts';
import { jsonLine } from '../../command/output.ts';
import { computeInterest } from '../../domain/interest.ts';
import type { TaxRules } from '../../domain/tax.ts';
import type { AccountHistory, Products } from '../../ledger/history.ts';
import { type Books, checkOne } from './audit.ts';
import type { At, AuditArguments } from './audit-arguments.command.ts';
import { findingsText } from './audit-report.ts';
import type { RuleBook } from './check-receipts.ts';
import { type Basis, basisOfDay, snapshot } from './rebuild.ts';
import { addFindings, emptyTally } from './tally.ts';

type One = Extract<AuditArguments, { kind: 'account' }>;

/** Prints one account: its state at a basis, rebuilt from the entries, and all findings. Returns whether there are none. */
export async function auditOneAccount(
  books: Books,
  rules: { of: RuleBook; now: TaxRules },
  args: One,
): Promise<boolean> {
  const history = await books.account(args.accountNo);
  if (history === null) throw badArguments(`--account: the ledger has no account ${args.accountNo}`);
  const products = await books.products();
  const basis = basisAt(history, args.at, await books.businessDate());
  const tally = emptyTally();
  addFindings(tally, checkOne(history, products, { rules: rules.of, through: null }).check.findings);
  const state = stateAt(history, products, rules.now, basis);
  const clean = tally.findings.length === 0;
  if (args.json) {
    const { counts, findings } = tally;
    process.stdout.write(jsonLine({ clean, ...state, counts, findings }));
  } else {
    process.stdout.write(`${accountText(state)}\n${findingsText(tally).join('\n')}\n`);
  }
  return clean;
}

function basisAt(history: AccountHistory, at: At, today: string): Basis {
  switch (at.kind) {
    case 'now':
      return { businessDate: today, ledgerSeq: history.head.lastSeq };
    case 'day':
      return basisOfDay(history, at.businessDate);
    case 'seq': {
      const entry = history.entries.findLast(({ seq }) => seq <= at.ledgerSeq);
      return { ledgerSeq: at.ledgerSeq, businessDate: entry?.businessDate ?? history.openedOn };
    }
    case 'basis':
      return at;
  }
}

function stateAt(history: AccountHistory, products: Products, taxRules: TaxRules, basis: Basis) {
  const account = snapshot(history, products, basis);
  if (account === null || basis.ledgerSeq > history.head.lastSeq)
    throw badArguments(
      `--at: account ${history.accountNo} has no state at ${basis.ledgerSeq}/${basis.businessDate}`,
    );
  const { gross, incomeTax, localTax, farmTax, net, refusal, period } = computeInterest(account, taxRules);
  return {
    accountNo: account.accountNo,
    basis: account.basis,
    balance: account.balance,
    paidThrough: account.paidThrough,
    standing: account.standing,
    closings: account.closings,
    entries: history.entries.filter(({ seq }) => seq <= basis.ledgerSeq).length,
    interest: { period, gross, incomeTax, localTax, farmTax, net, refusal, taxRuleVersion: taxRules.version },
  };
}

function accountText({ interest, standing, basis, ...state }: ReturnType<typeof stateAt>): string {
  const rows = {
    account: state.accountNo,
    basis: `${basis.ledgerSeq}/${basis.businessDate}, ${state.entries} entries`,
    balance: `${state.balance} won`,
    'paid through': state.paidThrough,
    standing: `${standing.accountStatus}, holder ${standing.customerStatus}, ${standing.taxClass} ${standing.holds.join(' ')}`,
    closings: state.closings.map(({ from, closing }) => `${from} ${closing}`).join(', '),
    interest: `${interest.gross} gross, ${interest.net} net for ${interest.period.from} to ${interest.period.to}${interest.refusal === null ? '' : `: ${interest.refusal.code}`}`,
  };
  return Object.entries(rows)
    .map(([name, value]) => `  ${name.padEnd(14)} ${value}`)
    .join('\n');
}
