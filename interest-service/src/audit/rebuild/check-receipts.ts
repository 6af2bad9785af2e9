import { reasonsAgainst } from '../../domain/eligibility.ts';
import { computeInterest } from '../../domain/interest.ts';
import { payoutLines } from '../../domain/postings.ts';
import type { TaxRules } from '../../domain/tax.ts';
import type {
  AccountHistory,
  Amounts,
  Effect,
  Entry,
  LedgerLine,
  PaidReceipt,
  Products,
} from '../../ledger/history.ts';
import type { Report } from './findings.ts';
import { paidThroughAt, snapshot } from './rebuild.ts';

/** Tax rules by their version, as receipts name it; null: not on file. */
export type RuleBook = (version: string) => TaxRules | null;

/** How many receipts were computed again, and the rule versions of those that cannot be computed again. */
export type Recomputed = { recomputed: number; ofOtherRules: string[] };

/** Compares receipts and their later changes with their entries, and the entries with their receipts. */
export function checkReceipts(
  history: AccountHistory,
  products: Products,
  rules: RuleBook,
  report: Report,
): Recomputed {
  const entries = new Map(history.entries.map((entry) => [entry.seq, entry]));
  const days = new Set<string>();
  const counts: Recomputed = { recomputed: 0, ofOtherRules: [] };
  for (const receipt of history.receipts) {
    if (days.has(receipt.businessDate)) report('paid-twice', receipt, 'one payout', 'another');
    days.add(receipt.businessDate);
    const entry = entries.get(receipt.seq);
    comparePosting(receipt, entry, 'INTEREST', report);
    if (receipt.basisSeq >= receipt.seq || receipt.period.to !== receipt.businessDate)
      report('receipt-period', receipt, 'a basis and a period before it', `basis ${receipt.basisSeq}`);
    const taxRules = rules(receipt.taxRuleVersion);
    if (taxRules === null || entry?.takenOver) counts.ofOtherRules.push(receipt.taxRuleVersion);
    else {
      recompute(history, products, taxRules, receipt, report);
      counts.recomputed += 1;
    }
  }
  checkLaterEffects(history, entries, report);
  checkInterestEntries(history, report);
  return counts;
}

/** Computed again at its own basis, a receipt has the same interest for ever. */
function recompute(
  history: AccountHistory,
  products: Products,
  taxRules: TaxRules,
  receipt: PaidReceipt,
  report: Report,
): void {
  const from = paidThroughAt(history, receipt.basisSeq);
  if (receipt.period.from !== from) report('receipt-period', receipt, from, receipt.period.from);
  const basis = { businessDate: receipt.businessDate, ledgerSeq: receipt.basisSeq };
  const account = snapshot(history, products, basis);
  if (account === null) {
    report('receipt-interest', receipt, 'an account with terms at its basis', 'none');
    return;
  }
  const against = reasonsAgainst(account.standing, account.terms, receipt.occasion);
  if (against.length > 0) report('receipt-ineligible', receipt, 'no reason against', against.join(' '));
  const interest = computeInterest(account, taxRules);
  if (sumText(interest) !== sumText(receipt) || interest.taxClass !== receipt.taxClass)
    report('receipt-interest', receipt, sumText(interest), sumText(receipt));
}

/** Compares a receipt, a reversal or a correction with its entry and the lines of the entry. */
function comparePosting(
  effect: Amounts & { seq: bigint; businessDate: string; balanceAfter: bigint },
  entry: Entry | undefined,
  kind: string,
  report: Report,
): void {
  if (entry === undefined) {
    report('receipt-without-entry', effect, 'an entry', 'none');
    return;
  }
  const posted = `${entry.kind} ${entry.amount} to ${entry.balanceAfter} on ${entry.businessDate}: ${linesText(entry.lines)}`;
  const due = `${kind} ${effect.net} to ${effect.balanceAfter} on ${effect.businessDate}: ${linesText(payoutLines(effect))}`;
  if (posted !== due) report('receipt-amounts', effect, due, posted);
}

function checkLaterEffects(
  history: AccountHistory,
  entries: ReadonlyMap<bigint, Entry>,
  report: Report,
): void {
  for (const correction of history.corrections)
    comparePosting(correction, entries.get(correction.seq), 'CORRECTION', report);
  for (const reversal of history.reversals) {
    comparePosting(reversal, entries.get(reversal.seq), 'REVERSAL', report);
    const taken = [...history.receipts, ...history.corrections].filter(
      ({ payoutId }) => payoutId === reversal.payoutId,
    );
    const stood = total(taken);
    const mirrored = total([reversal], -1n);
    if (sumText(stood) !== sumText(mirrored))
      report('reversal-mirror', reversal, sumText(stood), sumText(mirrored));
  }
}

/** Each entry of interest, reversal or correction has its document. */
function checkInterestEntries(
  { entries, receipts, reversals, corrections }: AccountHistory,
  report: Report,
): void {
  const documents: Record<string, Set<bigint>> = {
    INTEREST: new Set(receipts.map(({ seq }) => seq)),
    REVERSAL: new Set(reversals.map(({ seq }) => seq)),
    CORRECTION: new Set(corrections.map(({ seq }) => seq)),
  };
  const paidOn = new Set<string>();
  for (const entry of entries) {
    const due = documents[entry.kind];
    if (due !== undefined && !due.has(entry.seq))
      report('entry-without-receipt', entry, 'a receipt', `${entry.kind} of ${entry.amount}`);
    if (entry.kind !== 'INTEREST') continue;
    if (paidOn.has(entry.businessDate)) report('paid-twice', entry, 'one interest entry', 'another');
    paidOn.add(entry.businessDate);
  }
}

function total(effects: readonly (Amounts | Effect)[], sign = 1n): Amounts {
  const sum = (of: (effect: Amounts) => bigint) =>
    effects.reduce((total, effect) => total + sign * of(effect), 0n);
  return {
    gross: sum(({ gross }) => gross),
    incomeTax: sum(({ incomeTax }) => incomeTax),
    localTax: sum(({ localTax }) => localTax),
    farmTax: sum(({ farmTax }) => farmTax),
    net: sum(({ net }) => net),
  };
}

const sumText = ({ gross, incomeTax, localTax, farmTax, net }: Amounts): string =>
  `${gross} - ${incomeTax} - ${localTax} - ${farmTax} = ${net}`;

const linesText = (lines: readonly LedgerLine[]): string =>
  lines
    .map(({ glCode, amount }) => `${glCode} ${amount}`)
    .toSorted()
    .join(', ');
