import { entryRows } from './entries.sql.ts';
import type { NewPayout } from './receipt.ts';
import { interestPaid } from './tax-event.ts';

type Column = readonly [name: string, type: string, value: (payout: NewPayout) => unknown];

/** A new payout as a row of `given`: one list for the statement of a single payout and for that of a whole chunk. */
const COLUMNS: readonly Column[] = [
  ['account_no', 'text', (payout) => payout.accountNo],
  ['basis_seq', 'bigint', (payout) => payout.basisSeq],
  ['net', 'bigint', (payout) => payout.net],
  ['payout_id', 'uuid', (payout) => payout.payoutId],
  ['today', 'date', (payout) => payout.businessDate],
  ['gl_codes', 'text[]', (payout) => payout.lines.map((line) => line.glCode)],
  ['line_amounts', 'bigint[]', (payout) => payout.lines.map((line) => line.amount)],
  ['customer_id', 'text', (payout) => payout.customerId],
  ['channel_key', 'text', (payout) => payout.idempotencyKey],
  ['request_hash', 'text', (payout) => payout.requestHash],
  ['memo', 'text', (payout) => payout.memo],
  ['period_from', 'date', (payout) => payout.period.from],
  ['gross', 'bigint', (payout) => payout.gross],
  ['income_tax', 'bigint', (payout) => payout.incomeTax],
  ['local_tax', 'bigint', (payout) => payout.localTax],
  ['farm_tax', 'bigint', (payout) => payout.farmTax],
  ['tax_class', 'text', (payout) => payout.taxClass],
  ['tax_rule_version', 'text', (payout) => payout.taxRuleVersion],
  ['event', 'jsonb', (payout) => interestPaid(payout)],
];

/** CTEs that write each payout of `given`: its entry, its receipt and its tax event. */
const PAYOUT_ROWS = `${entryRows({
  kind: "'INTEREST'",
  amount: 'net',
  documentId: 'payout_id::text',
  paidThrough: 'g.today',
})},
receipt as (
  insert into core.interest_payout
    (payout_id, account_no, seq, basis_seq, customer_id, channel_key, request_hash, memo, core, business_date,
     period_from, period_to, gross, income_tax, local_tax, farm_tax, net, balance_after, tax_class, tax_rule_version,
     paid_at)
  select payout_id, account_no, last_seq, basis_seq, customer_id, channel_key, request_hash, memo, 'new', today,
         period_from, today, gross, income_tax, local_tax, farm_tax, net, balance, tax_class, tax_rule_version, at
    from head
),
event as (
  insert into interest.outbox (event_id, payout_id, account_no, payload)
  select payout_id, payout_id, account_no, event from head
)`;

/** Writes one payout. Parameters: {@link payoutValues}. Returns the new balance and the time; no row if the head moved. */
export const WRITE_ONE_PAYOUT = `
with given as materialized (
  select ${COLUMNS.map(([name, type], i) => `$${i + 1}::${type} as ${name}`).join(', ')}, core.bank_now() as at
),
${PAYOUT_ROWS}
select balance::text as balance_after, floor(extract(epoch from at) * 1000)::text as paid_at_ms from head`;

export function payoutValues(payout: NewPayout): unknown[] {
  return COLUMNS.map(([, type, value]) => (type === 'jsonb' ? JSON.stringify(value(payout)) : value(payout)));
}

/** Writes many payouts. $1: {@link payoutsJson}. Returns how many were written: those whose head stood at its basis. */
export const WRITE_PAYOUTS = `
with given as materialized (
  select g.*, bank.at
    from jsonb_to_recordset($1::jsonb) as g (${COLUMNS.map(([name, type]) => `${name} ${type}`).join(', ')}),
         (select core.bank_now() as at) bank
),
${PAYOUT_ROWS}
select count(*)::int as written from head`;

/** Money is text, because a JSON number could become a float. */
export function payoutsJson(payouts: readonly NewPayout[]): string {
  const rows = payouts.map((payout) =>
    Object.fromEntries(COLUMNS.map(([name, , value]) => [name, value(payout)])),
  );
  return JSON.stringify(rows, (_name, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
}
