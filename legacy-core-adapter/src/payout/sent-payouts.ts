import { LegacyFault, type Meaning, meaningOf } from '../translation/response-codes.ts';
import type { LegacyAnswer } from '../transport/legacy-transport.ts';

/** A payout that is about to be sent. */
export type PayoutToSend = {
  guid: string;
  accountNo: string;
  customerId: string;
  idempotencyKey: string;
  traceId: string;
  /** Milliseconds from now in which the request itself waits for the outcome. */
  dueWithinMs: number;
};

/** Outcome of a sent payout. A payout with an unknown outcome has none, and is inquired about until it has one. */
export type Outcome = 'PAID' | 'REFUSED' | 'NOT_EXECUTED';

export type SentPayout = {
  guid: string;
  accountNo: string;
  customerId: string;
  traceId: string;
  notedAt: Date;
  /** null while the outcome is unknown. */
  outcome: Outcome | null;
};

export type Recorded =
  /** The payout may be sent. */
  | { kind: 'recorded' }
  /** Another request with the same idempotency key is in progress. */
  | { kind: 'in-progress' }
  /** An earlier payout with this idempotency key was sent and not answered. Its outcome must be found first. */
  | { kind: 'unsettled'; guid: string };

/** Record of the payouts that were sent. It outlives the process. Its methods throw {@link SentPayoutsUnavailable}. */
export interface SentPayouts {
  record(payout: PayoutToSend): Promise<Recorded>;
  settle(guid: string, outcome: Outcome): Promise<void>;
  /** The request of this payout waits no longer, so the settlement may inquire about the payout. */
  handOver(guid: string): Promise<void>;
  find(guid: string): Promise<SentPayout | null>;
  /** Claims payouts without outcome whose request waits no longer. Each payout is offered again after a growing pause. */
  claimOverdue(most: number): Promise<SentPayout[]>;
  /** Deletes settled payouts after their retention time; returns their number. */
  deleteOld(): Promise<number>;
}

/** The record cannot be read or written now. */
export class SentPayoutsUnavailable extends Error {}

const OUTCOMES = {
  done: 'PAID',
  refusal: 'REFUSED',
  problem: 'NOT_EXECUTED',
  fault: 'NOT_EXECUTED',
  unknown: null,
} as const satisfies Record<Meaning['as'], Outcome | null>;

/** The outcome in an answer about a payout. A code without an outcome is a {@link LegacyFault} here, because the caller inquires first. */
export function outcomeOf({ rspCd }: LegacyAnswer): Outcome {
  const outcome = OUTCOMES[meaningOf(rspCd).as];
  if (outcome === null) throw new LegacyFault(rspCd);
  return outcome;
}
