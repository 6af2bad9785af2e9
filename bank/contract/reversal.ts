import Type from 'typebox';
import { amounts, BankDate, Basis, Instant, Period, Won } from './money.ts';
import { Posting } from './payout.ts';

/**
 * Why a payout cannot be taken back, in order of precedence, and what the operator does next (sent in `detail`).
 * BALANCE_TOO_LOW is no final answer: a request with the same idempotency key is decided again once the money is there.
 */
export const IRREVERSIBLE = {
  ALREADY_REVERSED: 'nothing: the payout was taken back already, see the history of the account',
  LATER_PAYOUT_STANDS:
    'take back the later payout first and then this one, because the paid days must stay without a gap',
  NOTHING_LEFT: 'nothing: corrections have taken back the whole amount',
  ACCOUNT_CLOSED: 'claim the amount from the former holder outside of this system',
  BALANCE_TOO_LOW:
    'claim the amount from the holder, and send the request again with the same key when the money is on the account',
} as const;
export type IrreversibleReason = keyof typeof IRREVERSIBLE;

/** The reason, for the auditors: 4 to 200 characters of Hangul syllables, Latin letters, digits, spaces and `. , : ( ) / # _ -`. */
const Reason = Type.String({ pattern: '^[0-9A-Za-z가-힣][0-9A-Za-z가-힣 .,:()/#_-]{3,199}$' });

/** Body of `POST /v1/accounts/{accountNo}/interest-payouts/{payoutId}/reversal`. */
export const ReversalRequest = Type.Object({ reason: Reason }, { additionalProperties: false });
export type ReversalRequest = Type.Static<typeof ReversalRequest>;

/**
 * 201 of a reversal; 200 of a replay, with the same body and `Idempotency-Replayed: true`. The amounts are those that were
 * taken back: the payout and its corrections. `period` is open again and is paid on a later business date.
 */
export const Reversal = Type.Object(
  {
    reversalId: Type.String(),
    reversedAt: Instant,
    payoutId: Type.String(),
    accountNo: Type.String(),
    businessDate: BankDate,
    period: Period,
    ...amounts,
    reason: Type.String(),
    balanceAfter: Won,
    postings: Type.Array(Posting, { maxItems: 5 }),
    basis: Basis,
  },
  { additionalProperties: false },
);
export type Reversal = Type.Static<typeof Reversal>;
