import type { DataSource } from 'typeorm';
import type { TaxClass } from '../domain/tax.ts';
import type { Receipt } from '../ledger/receipt.ts';
import type { Receipts } from './receipts.ts';

/** Of `core.interest_payout p`. Everything is text, because money in JSON would become a float. */
export const RECEIPT_COLUMNS = `
  p.payout_id, p.account_no, p.customer_id, p.channel_key, p.request_hash, p.memo, p.basis_seq::text,
  p.business_date::text, p.period_from::text, p.period_to::text, p.gross::text, p.income_tax::text, p.local_tax::text,
  p.farm_tax::text, p.net::text, p.balance_after::text, p.tax_class, p.tax_rule_version,
  floor(extract(epoch from p.paid_at) * 1000)::text as paid_at_ms`;

/** $1 account, $2 payout or null, $3 limit. */
const RECEIPTS = `
select ${RECEIPT_COLUMNS} from core.interest_payout p
 where p.account_no = $1 and ($2::uuid is null or p.payout_id = $2) order by p.seq desc limit $3`;

export type ReceiptSqlRow = Record<
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
  | 'paid_at_ms',
  string
> & { memo: string | null; tax_class: TaxClass };

export function postgresReceipts(source: DataSource): Receipts {
  const read = async (accountNo: string, payoutId: string | null, limit: number): Promise<Receipt[]> => {
    const rows = await source.query<ReceiptSqlRow[]>(RECEIPTS, [accountNo, payoutId, limit]);
    return rows.map(readReceipt);
  };
  return {
    ofAccount: (accountNo, limit) => read(accountNo, null, limit),
    async find(accountNo, payoutId) {
      const [receipt] = await read(accountNo, payoutId, 1);
      return receipt ?? null;
    },
  };
}

export function readReceipt(row: ReceiptSqlRow): Receipt {
  return {
    payoutId: row.payout_id,
    accountNo: row.account_no,
    customerId: row.customer_id,
    idempotencyKey: row.channel_key,
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
    paidAt: kstInstant(row.paid_at_ms),
  };
}

const KST_OFFSET_MS = 9 * 3_600_000;

/** RFC 3339 with the KST offset, to the millisecond. */
export function kstInstant(epochMs: string): string {
  return new Date(Number(epochMs) + KST_OFFSET_MS).toISOString().replace('Z', '+09:00');
}
