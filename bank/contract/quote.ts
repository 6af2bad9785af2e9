import Type from 'typebox';
import { Explanation } from './explanation.ts';
import { amounts, BankDate, Basis, Instant, LedgerSeq, Period } from './money.ts';
import { Refusal } from './refusal.ts';

/**
 * 200 of `GET /v1/accounts/{accountNo}/interest`: the estimated interest as of today. A quote is never the base of a
 * payment. An account that may not be paid still accrues interest, so the quote has the amounts and the refusal. Without a
 * known tax class no tax is estimated (`net = gross`, refusal TAX_CLASS_UNKNOWN). `expiresAt` is the KST midnight at
 * the end of `businessDate`.
 */
export const Quote = Type.Object(
  {
    accountNo: Type.String(),
    businessDate: BankDate,
    period: Period,
    ...amounts,
    payable: Type.Boolean(),
    refusal: Type.Union([Type.Null(), Refusal]),
    basis: Basis,
    expiresAt: Instant,
    explanation: Type.Optional(Explanation),
  },
  { additionalProperties: false },
);
export type Quote = Type.Static<typeof Quote>;

/**
 * Query of a quote. `businessDate` and `ledgerSeq` pin the quote to a basis: both or none, internal scope only.
 * `explain`: with the explanation, from a core that can give one.
 */
export const QuoteQuery = Type.Object(
  {
    businessDate: Type.Optional(BankDate),
    ledgerSeq: Type.Optional(LedgerSeq),
    explain: Type.Optional(Type.Enum(['true', 'false'])),
  },
  { additionalProperties: false },
);
export type QuoteQuery = Type.Static<typeof QuoteQuery>;
