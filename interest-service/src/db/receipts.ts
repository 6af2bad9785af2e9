import type { EntityManager } from 'typeorm';
import type { TaxClass } from '../domain/tax.ts';
import type { NewPayout, Receipt } from '../flows/ports.ts';

const RECEIPT_COLUMNS = `
  p.payout_id, p.account_no, p.customer_id, p.channel_key, p.request_hash, p.memo, p.basis_seq::text,
  p.business_date::text, p.period_from::text, p.period_to::text, p.gross::text, p.income_tax::text, p.local_tax::text,
  p.farm_tax::text, p.net::text, p.balance_after::text, p.tax_class, p.tax_rule_version,
  to_char(p.paid_at at time zone 'Asia/Seoul', 'YYYY-MM-DD"T"HH24:MI:SS.MS"+09:00"') as paid_at`;

type ReceiptSqlRow = Record<
  | 'payout_id'
  | 'account_no'
  | 'customer_id'
  | 'channel_key'
  | 'request_hash'
  | 'basis_seq'
  | 'business_date'
  | 'period_from'
  | 'period_to'
  | 'gross'
  | 'income_tax'
  | 'local_tax'
  | 'farm_tax'
  | 'net'
  | 'balance_after'
  | 'tax_rule_version'
  | 'paid_at',
  string
> & { memo: string | null; tax_class: TaxClass };

/** The receipt a customer's key already has, whichever core paid. */
export async function receiptByKey(
  manager: EntityManager,
  customerId: string,
  channelKey: string,
): Promise<Receipt | null> {
  const [row] = await manager.query<ReceiptSqlRow[]>(
    `select ${RECEIPT_COLUMNS} from core.interest_payout p where p.customer_id = $1 and p.channel_key = $2`,
    [customerId, channelKey],
  );
  return row === undefined ? null : readReceipt(row);
}

export type ReceiptFilter = { accountNo: string; payoutId: string | null; limit: number };

/** Receipts of an account, newest first. */
export async function receiptsOf(
  manager: EntityManager,
  { accountNo, payoutId, limit }: ReceiptFilter,
): Promise<Receipt[]> {
  const rows = await manager.query<ReceiptSqlRow[]>(
    `select ${RECEIPT_COLUMNS} from core.interest_payout p
      where p.account_no = $1 and ($2::uuid is null or p.payout_id = $2) order by p.seq desc limit $3`,
    [accountNo, payoutId, limit],
  );
  return rows.map(readReceipt);
}

/**
 * Everything a payout writes, in one statement, so that the ledger's checks see it together and one round trip does.
 * The head moves only if it still stands at the basis; without the row lock it might not.
 */
const WRITE_PAYOUT = `
with bank as materialized (select core.bank_now() as at),
head as (
  update core.account set balance = balance + $3, last_seq = last_seq + 1, paid_through = $5
   where account_no = $1 and last_seq = $2
  returning balance, last_seq
),
entry as (
  insert into core.account_txn
    (account_no, seq, kind, amount, balance_after, value_date, business_date, posted_at, channel, channel_ref)
  select $1, h.last_seq, 'INTEREST', $3, h.balance, $5, $5, bank.at, 'interest-service', $4 from head h, bank
),
lines as (
  insert into core.posting (account_no, seq, line_no, gl_code, amount)
  select $1, h.last_seq, l.line_no, l.gl_code, l.amount
    from head h, unnest($6::text[], $7::bigint[]) with ordinality l (gl_code, amount, line_no)
),
day as (
  insert into core.day_balance (account_no, business_date, closing) select $1, $5, h.balance from head h
  on conflict (account_no, business_date) do update set closing = excluded.closing
),
receipt as (
  insert into core.interest_payout
    (payout_id, account_no, seq, basis_seq, customer_id, channel_key, request_hash, memo, core, business_date,
     period_from, period_to, gross, income_tax, local_tax, farm_tax, net, balance_after, tax_class, tax_rule_version,
     paid_at)
  select $4::uuid, $1, h.last_seq, $2, $8, $9, $10, $11, 'new', $5, $12, $5, $13, $14, $15, $16, $3, h.balance,
         $17, $18, bank.at
    from head h, bank
),
event as (
  insert into interest.outbox (event_id, payout_id, account_no, payload)
  select gen_random_uuid(), $4::uuid, $1, $19::jsonb from head h
)
select h.balance::text as balance_after,
       to_char(bank.at at time zone 'Asia/Seoul', 'YYYY-MM-DD"T"HH24:MI:SS.MS"+09:00"') as paid_at
  from head h, bank`;

export async function writePayout(
  manager: EntityManager,
  payout: NewPayout,
  event: object,
): Promise<{ balanceAfter: bigint; paidAt: string }> {
  const [row] = await manager.query<{ balance_after: string; paid_at: string }[]>(WRITE_PAYOUT, [
    payout.accountNo,
    payout.basisSeq,
    payout.net,
    payout.payoutId,
    payout.businessDate,
    payout.lines.map((line) => line.glCode),
    payout.lines.map((line) => line.amount),
    payout.customerId,
    payout.channelKey,
    payout.requestHash,
    payout.memo,
    payout.period.from,
    payout.gross,
    payout.incomeTax,
    payout.localTax,
    payout.farmTax,
    payout.taxClass,
    payout.taxRuleVersion,
    JSON.stringify(event),
  ]);
  if (row === undefined)
    throw new Error(`account head moved under the lock: ${payout.payoutId} was not written`);
  return { balanceAfter: BigInt(row.balance_after), paidAt: row.paid_at };
}

function readReceipt(row: ReceiptSqlRow): Receipt {
  return {
    payoutId: row.payout_id,
    accountNo: row.account_no,
    customerId: row.customer_id,
    channelKey: row.channel_key,
    requestHash: row.request_hash,
    memo: row.memo,
    businessDate: row.business_date,
    basisSeq: BigInt(row.basis_seq),
    period: { from: row.period_from, to: row.period_to },
    gross: BigInt(row.gross),
    incomeTax: BigInt(row.income_tax),
    localTax: BigInt(row.local_tax),
    farmTax: BigInt(row.farm_tax),
    net: BigInt(row.net),
    balanceAfter: BigInt(row.balance_after),
    taxClass: row.tax_class,
    taxRuleVersion: row.tax_rule_version,
    paidAt: row.paid_at,
  };
}
