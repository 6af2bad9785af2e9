import type { Basis } from './money.ts';
import type { Payout, PayoutRequest, Rehearsal, RehearsalRequest } from './payout.ts';
import type { ProblemBody } from './problem.ts';
import type { Quote } from './quote.ts';
import type { Stratum } from './stratum.ts';

/** The account that a call is about, and the customer it is for. `customerId` null: an operator, who may see every account. */
export type AccountRequest = { accountNo: string; customerId: string | null; traceId: string };

/** The same for a customer's own call: only a customer may pay. */
export type CustomerRequest = AccountRequest & { customerId: string };

/** A core's answer: a body or a problem. An expected refusal is a problem, too. */
export type CoreAnswer<T> =
  | {
      ok: true;
      body: T;
      /** The body as JSON text, from a core that caches the text. The text is sent unchanged; `body` is parsed on first use. */
      json?: string;
      /** Sent to core-to-core callers only, by a core that knows it. */
      stratum?: Stratum | undefined;
    }
  | {
      ok: false;
      problem: ProblemBody;
      retryAfterSeconds?: number;
      /** The problem is the first answer of this idempotency key, sent again. */
      replayed?: boolean;
      stratum?: Stratum;
    };

/**
 * The calls that a core must answer to stand behind the contract. An account of another customer is
 * ACCOUNT_NOT_FOUND. An error that a core throws is logged as a fault and answered as INTERNAL.
 */
export interface Core {
  /** The estimate as of today, or as of the basis `at`. `explain`: with the explanation, from a core that can give one. */
  quote(request: AccountRequest, at: Basis | null, explain?: boolean): Promise<CoreAnswer<Quote>>;
  /** Pays once. The same idempotency key with the same body replays the first receipt. */
  pay(
    request: CustomerRequest,
    idempotencyKey: string,
    body: PayoutRequest,
  ): Promise<CoreAnswer<{ payout: Payout; replayed: boolean }>>;
  /** The payout as it would be, with no effect. */
  rehearse(request: AccountRequest, body: RehearsalRequest): Promise<CoreAnswer<Rehearsal>>;
  /** Whether the core can answer now. */
  ready(): Promise<boolean>;
}
