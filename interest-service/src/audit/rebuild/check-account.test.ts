import { describe, expect, it } from 'vitest';
import { PRODUCTS, rightHistory } from '../../../testing/history.ts';
import type { AccountHistory, Entry, PaidReceipt } from '../../ledger/history.ts';
import { readTaxRules } from '../../ledger/tax-rules.ts';
import { checkAccount, historyThrough } from './check-account.ts';
import type { FindingKind } from './findings.ts';
import { rebuild, snapshot } from './rebuild.ts';

const RULES = readTaxRules(new URL('../../../rules/tax.json', import.meta.url));
const RULE_BOOK = (version: string) => (version === RULES.version ? RULES : null);

function kindsIn(history: AccountHistory, isPresent = true): FindingKind[] {
  const { findings } = checkAccount(history, PRODUCTS, RULE_BOOK, isPresent);
  return [...new Set(findings.map(({ kind }) => kind))].toSorted((a, b) => (a < b ? -1 : 1));
}

const right = rightHistory();
const withEntry = (seq: bigint, change: Partial<Entry>): AccountHistory => ({
  ...right,
  entries: right.entries.map((entry) => (entry.seq === seq ? { ...entry, ...change } : entry)),
});
const withReceipt = (change: Partial<PaidReceipt>): AccountHistory => ({
  ...right,
  receipts: right.receipts.map((receipt, i) => (i === 0 ? { ...receipt, ...change } : receipt)),
});
const linesOf = (seq: bigint) => right.entries.find((entry) => entry.seq === seq)?.lines ?? [];
const standingOf = (change: object) =>
  right.standings.map((row) => (row.seq === 0n ? { ...row, standing: { ...row.standing, ...change } } : row));

describe('an account whose books are right', () => {
  it('has no findings, now and at the end of each of its days', () => {
    expect(kindsIn(right)).toEqual([]);
    for (const day of ['2026-03-01', '2026-03-02', '2026-03-03', '2026-03-04'])
      expect(kindsIn(historyThrough(right, day), false), day).toEqual([]);
  });

  it('has every receipt computed again whose tax rules are on file', () => {
    expect(checkAccount(right, PRODUCTS, RULE_BOOK, true)).toMatchObject({ recomputed: 2, ofOtherRules: [] });
    const other = withReceipt({ taxRuleVersion: '2025-07', gross: 2_739n });
    expect(checkAccount(other, PRODUCTS, RULE_BOOK, true)).toMatchObject({
      recomputed: 1,
      ofOtherRules: ['2025-07'],
      findings: [],
    });
  });

  it('is rebuilt at any position', () => {
    const at = (ledgerSeq: bigint, businessDate = '2026-03-04') =>
      rebuild(right, { ledgerSeq, businessDate });
    expect(at(0n)).toMatchObject({ balance: 0n, paidThrough: '2026-03-02' });
    expect(at(2n)).toMatchObject({ balance: 50_002_329n, paidThrough: '2026-03-03' });
    expect(at(4n)).toMatchObject({ paidThrough: '2026-03-04', paidToday: true, standing: { holds: [] } });
    expect(at(6n)).toMatchObject({ paidThrough: '2026-03-03', standing: { holds: ['seizure'] } });
    expect(at(1n, '2026-03-01')).toBeNull();
    expect(snapshot(right, new Map(), { ledgerSeq: 1n, businessDate: '2026-03-03' })).toBeNull();
  });
});

describe('an audit finds', () => {
  const line = (glCode: string, amount: bigint) => ({ glCode, amount });
  it.each<[FindingKind[], AccountHistory]>([
    [['no-opening', 'receipt-interest'], { ...right, standings: right.standings.slice(1) }],
    [
      ['head-seq', 'seq-gap'],
      { ...right, standings: [...right.standings, { seq: 9n, standing: standingOf({})[0]!.standing }] },
    ],
    [['balance-after'], withEntry(1n, { balanceAfter: 1n })],
    [['lines-sum'], withEntry(3n, { lines: [...linesOf(3n), line('CASH_CLEARING', 1n)] })],
    [['lines-movement', 'lines-sum'], withEntry(3n, { lines: [] })],
    [
      ['lines-movement'],
      withEntry(3n, { lines: [...linesOf(3n), line('CUSTOMER_DEPOSIT', -5n), line('CASH_CLEARING', 5n)] }),
    ],
    [['stray-lines'], { ...right, strayLines: [{ seq: 8n, line: line('CASH_CLEARING', 5n) }] }],
    [['head-balance'], { ...right, head: { ...right.head, balance: 1n } }],
    [['head-seq'], { ...right, head: { ...right.head, lastSeq: 5n } }],
    [['head-paid-through'], { ...right, head: { ...right.head, paidThrough: '2026-03-04' } }],
    [
      ['closing'],
      { ...right, closings: right.closings.map((row) => ({ ...row, closing: row.closing + 1n })) },
    ],
    [['closing'], { ...right, closings: right.closings.slice(1) }],
    [['closing'], { ...right, closings: [...right.closings, { day: '2026-03-09', closing: 50_000_000n }] }],
    [['entry-without-receipt', 'reversal-mirror'], { ...right, receipts: right.receipts.slice(0, 1) }],
    [
      ['receipt-amounts'],
      withEntry(2n, {
        lines: [
          line('INTEREST_EXPENSE', 2_749n),
          line('CUSTOMER_DEPOSIT', -2_329n),
          line('WITHHELD_INCOME_TAX', -390n),
          line('WITHHELD_LOCAL_TAX', -30n),
        ],
      }),
    ],
    [['receipt-amounts', 'receipt-interest'], withReceipt({ gross: 2_740n, incomeTax: 381n })],
    [['receipt-interest'], withReceipt({ taxClass: 'exempt' })],
    [['receipt-period'], withReceipt({ period: { from: '2026-03-01', to: '2026-03-03' } })],
    [['receipt-ineligible'], { ...right, standings: standingOf({ customerStatus: 'identity-theft' }) }],
    [
      ['movement-on-closed', 'receipt-ineligible'],
      { ...right, standings: standingOf({ accountStatus: 'closed' }) },
    ],
    [
      ['receipt-amounts', 'reversal-mirror'],
      {
        ...right,
        corrections: [{ ...right.receipts[1]!, seq: 4n, reopenedFrom: null }],
      },
    ],
  ])('%j', (kinds, history) => {
    expect(kindsIn(history)).toEqual(kinds);
  });

  it('interest paid twice on a day, by receipt and by entry', () => {
    const [first, second] = right.receipts;
    if (first === undefined || second === undefined) throw new Error('two receipts');
    const twice = { ...right, receipts: [first, { ...second, businessDate: first.businessDate }] };
    expect(kindsIn(twice)).toContain('paid-twice');
    expect(kindsIn(withEntry(4n, { businessDate: '2026-03-03' }))).toContain('paid-twice');
  });

  it('an overdrawn balance, and a receipt without an entry', () => {
    const overdrawn = withEntry(3n, { amount: -60_000_000n, balanceAfter: -9_997_671n });
    expect(kindsIn(overdrawn)).toContain('overdrawn');
    const gone = { ...right, entries: right.entries.filter(({ seq }) => seq !== 2n) };
    expect(kindsIn(gone)).toEqual(expect.arrayContaining(['receipt-without-entry', 'seq-gap']));
  });
});
