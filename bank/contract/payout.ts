import Type from 'typebox';
import { amounts, BankDate, Basis, Instant, Period, Won } from './money.ts';

/** General-ledger accounts that a payout moves. */
export const GL_CODES = [
  'INTEREST_EXPENSE',
  'CUSTOMER_DEPOSIT',
  'WITHHELD_INCOME_TAX',
  'WITHHELD_LOCAL_TAX',
  'WITHHELD_FARM_TAX',
] as const;
export type GlCode = (typeof GL_CODES)[number];

/** One line of the payout's entry. Lines stand in the order of {@link GL_CODES}; a line of zero won is left out. */
export const Posting = Type.Object(
  { glCode: Type.Enum([...GL_CODES]), side: Type.Enum(['debit', 'credit']), amount: Won },
  { additionalProperties: false },
);
export type Posting = Type.Static<typeof Posting>;

/** Text for the passbook: Hangul syllables, Latin letters, digits and spaces, at most 10 characters. */
export const Memo = Type.String({ pattern: '^[0-9A-Za-z가-힣 ]{1,10}$' });

/** Body of `POST /v1/accounts/{accountNo}/interest-payouts`. The body may be empty. */
export const PayoutRequest = Type.Object({ memo: Type.Optional(Memo) }, { additionalProperties: false });
export type PayoutRequest = Type.Static<typeof PayoutRequest>;

const rehearsed = {
  accountNo: Type.String(),
  businessDate: BankDate,
  period: Period,
  ...amounts,
  memo: Type.Union([Type.Null(), Memo]),
  balanceAfter: Won,
  postings: Type.Array(Posting, { maxItems: 5 }),
  basis: Basis,
};

/** 200 of a rehearsal: the payout as it would be at the basis, with no effect. */
export const Rehearsal = Type.Object(rehearsed, { additionalProperties: false });
export type Rehearsal = Type.Static<typeof Rehearsal>;

/** 201 of a payout; 200 of a replay, with the same body and `Idempotency-Replayed: true`. */
export const Payout = Type.Object(
  { payoutId: Type.String(), paidAt: Instant, ...rehearsed },
  { additionalProperties: false },
);
export type Payout = Type.Static<typeof Payout>;

/** Body of a rehearsal. Without a basis, the present state of the account is the basis. */
export const RehearsalRequest = Type.Object(
  { basis: Type.Optional(Basis), memo: Type.Optional(Memo) },
  { additionalProperties: false },
);
export type RehearsalRequest = Type.Static<typeof RehearsalRequest>;

/** 200 of `GET /v1/accounts/{accountNo}/interest-payouts`: newest first. */
export const PayoutHistory = Type.Object({ payouts: Type.Array(Payout) }, { additionalProperties: false });
export type PayoutHistory = Type.Static<typeof PayoutHistory>;
