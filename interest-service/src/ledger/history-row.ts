import type { AccountSqlRow } from './account-row.ts';
import { readRates, readStanding, readTermsRow, type TermsRow } from './account-row.ts';
import type { AccountHistory, Amounts, Effect, LedgerLine, PaidReceipt, Products } from './history.ts';

type Text = string;
type EntryArray = [
  seq: Text,
  kind: Text,
  amount: Text,
  balanceAfter: Text,
  value: Text,
  business: Text,
  writtenBy: Text,
];
type LineArray = [seq: Text, glCode: Text, amount: Text];
type AmountsArray = [
  gross: Text,
  income: Text,
  local: Text,
  farm: Text,
  net: Text,
  balanceAfter: Text,
  seq: Text,
];
type ReceiptArray = [
  ...AmountsArray,
  payoutId: Text,
  businessDate: Text,
  basisSeq: Text,
  from: Text,
  to: Text,
  taxClass: Text,
  rules: Text,
  isScheduled: boolean,
];
type EffectArray = [...AmountsArray, payoutId: Text, businessDate: Text, reopenedFrom: Text | null];
type Standing = AccountSqlRow['standing'];
type StandingArray = [
  seq: Text,
  Standing['account_status'],
  Standing['customer_status'],
  Standing['tax_class'],
  rate: Text | null,
  includesLocalTax: boolean,
  Standing['holds'],
];

/** A row of HISTORIES. */
export type HistoryRow = {
  account_no: Text;
  customer_id: Text;
  product_code: Text;
  opened_on: Text;
  balance: Text;
  last_seq: Text;
  paid_through: Text;
  entries: EntryArray[] | null;
  lines: LineArray[] | null;
  standings: StandingArray[] | null;
  closings: [day: Text, closing: Text][] | null;
  receipts: ReceiptArray[] | null;
  reversals: EffectArray[] | null;
  corrections: EffectArray[] | null;
};

export function readHistory(row: HistoryRow): AccountHistory {
  const linesOf = new Map<Text, LedgerLine[]>();
  for (const [seq, glCode, amount] of row.lines ?? []) {
    const lines = linesOf.get(seq);
    const line = { glCode, amount: BigInt(amount) };
    if (lines === undefined) linesOf.set(seq, [line]);
    else lines.push(line);
  }
  const openedBy = row.entries?.[0]?.[6];
  const entries = (row.entries ?? []).map(
    ([seq, kind, amount, after, valueDate, businessDate, writtenBy]) => {
      const lines = linesOf.get(seq) ?? [];
      linesOf.delete(seq);
      return {
        seq: BigInt(seq),
        kind,
        amount: BigInt(amount),
        balanceAfter: BigInt(after),
        valueDate,
        businessDate,
        takenOver: writtenBy === openedBy,
        lines,
      };
    },
  );
  return {
    accountNo: row.account_no,
    customerId: row.customer_id,
    productCode: row.product_code,
    openedOn: row.opened_on,
    head: { balance: BigInt(row.balance), lastSeq: BigInt(row.last_seq), paidThrough: row.paid_through },
    entries,
    standings: (row.standings ?? []).map(readDatedStanding),
    receipts: (row.receipts ?? []).map(readReceiptArray),
    reversals: (row.reversals ?? []).map(readEffect),
    corrections: (row.corrections ?? []).map(readEffect),
    closings: (row.closings ?? []).map(([day, closing]) => ({ day, closing: BigInt(closing) })),
    strayLines: [...linesOf].flatMap(([seq, lines]) => lines.map((line) => ({ seq: BigInt(seq), line }))),
  };
}

function readDatedStanding([seq, account, customer, taxClass, rate, includes, holds]: StandingArray) {
  return {
    seq: BigInt(seq),
    standing: readStanding({
      account_status: account,
      customer_status: customer,
      tax_class: taxClass,
      treaty_rate: rate,
      treaty_includes_local_tax: includes,
      holds,
    }),
  };
}

function readAmounts([gross, income, local, farm, net, after, seq]: readonly Text[]): Amounts & {
  balanceAfter: bigint;
  seq: bigint;
} {
  const won = (text: Text | undefined) => BigInt(text ?? '0');
  return {
    gross: won(gross),
    incomeTax: won(income),
    localTax: won(local),
    farmTax: won(farm),
    net: won(net),
    balanceAfter: won(after),
    seq: won(seq),
  };
}

function readReceiptArray(row: ReceiptArray): PaidReceipt {
  const [, , , , , , , payoutId, businessDate, basisSeq, from, to, taxClass, taxRuleVersion, isScheduled] =
    row;
  return {
    ...readAmounts(row.slice(0, 7) as Text[]),
    payoutId,
    businessDate,
    basisSeq: BigInt(basisSeq),
    period: { from, to },
    taxClass,
    taxRuleVersion,
    occasion: isScheduled ? 'scheduled' : 'on-demand',
  };
}

function readEffect(row: EffectArray): Effect {
  const [, , , , , , , payoutId, businessDate, reopenedFrom] = row;
  return { ...readAmounts(row.slice(0, 7) as Text[]), payoutId, businessDate, reopenedFrom };
}

/** A row of PRODUCTS. */
export type ProductRow = {
  product_code: Text;
  terms: (TermsRow & { effective_from: Text })[] | null;
  rates: { from: Text; upTo: Text | null; rate: Text }[] | null;
};

export function readProducts(rows: readonly ProductRow[]): Products {
  return new Map(
    rows.map(({ product_code: code, terms, rates }) => [
      code,
      {
        terms: (terms ?? []).map((row) => ({ from: row.effective_from, terms: readTermsRow(row) })),
        rates: readRates(rates ?? []),
      },
    ]),
  );
}
