import type { AccountFacts } from './facts.ts';
import type { Basis } from './money.ts';
import type { Payout, PayoutRequest, Rehearsal, RehearsalRequest } from './payout.ts';
import type { ProblemBody } from './problem.ts';
import type { Quote } from './quote.ts';

/** One question to a core. `customerId` null: an operator, who may see every account. */
export type Asked = { accountNo: string; customerId: string | null; traceId: string };

/** A core's answer: a body, or a problem (a refusal is an answer too). */
export type CoreAnswer<T> =
  | {
      ok: true;
      body: T;
      /** The body as JSON text, from a core that kept it so: it is sent as it is, and `body` is read from it when asked for. */
      json?: string;
      /** Told to core-to-core callers only, by a core that knows them. */
      facts?: AccountFacts | undefined;
    }
  | {
      ok: false;
      problem: ProblemBody;
      retryAfterSeconds?: number;
      /** The answer this key already had, not a new decision. */
      replayed?: boolean;
      facts?: AccountFacts;
    };

/**
 * What a core must be able to do to stand behind the contract. An account that is not the customer's is
 * ACCOUNT_NOT_FOUND. What a core throws is answered as INTERNAL and logged as a fault.
 */
export interface Core {
  /** The estimate as of today, or as of `at`; explained if asked for and the core can. */
  quote(asked: Asked, at: Basis | null, explain?: boolean): Promise<CoreAnswer<Quote>>;
  /** Pays once; the same key and request again replays the first receipt. */
  pay(
    asked: Asked & { customerId: string },
    key: string,
    request: PayoutRequest,
  ): Promise<CoreAnswer<{ payout: Payout; replayed: boolean }>>;
  /** The payout as it would be, with no effect. */
  rehearse(asked: Asked, request: RehearsalRequest): Promise<CoreAnswer<Rehearsal>>;
  /** True when the core can answer now. */
  ready(): Promise<boolean>;
}
