import type { LegacyAnswer } from '../transport/telegram-transport/telegram-transport.ts';
import { LegacyFault, type Meaning, meaningOf } from '../translation/response-codes.ts';

/** A payout that is about to be sent. */
export type PayoutToSend = {
  guid: string;
  accountNo: string;
  customerId: string;
  key: string;
  traceId: string;
  /** Milliseconds from now in which the request itself waits for the answer. */
  dueWithinMs: number;
};

/** What became of a sent payout. Unknown is no outcome: it is inquired until it has one. */
export type Outcome = 'PAID' | 'REFUSED' | 'NOT_EXECUTED';

export type SentPayout = {
  guid: string;
  accountNo: string;
  customerId: string;
  traceId: string;
  notedAt: Date;
  /** null: nobody knows yet. */
  outcome: Outcome | null;
};

export type Noted =
  /** It may be sent. */
  | { kind: 'noted' }
  /** The same key is being paid at this moment. */
  | { kind: 'in-progress' }
  /** An earlier payout with this key was sent and never answered: its outcome comes first. */
  | { kind: 'unsettled'; guid: string };

/** Where the adapter keeps what it has sent, beyond its own life. Throws {@link OutcomesUnavailable}. */
export interface Outcomes {
  note(payout: PayoutToSend): Promise<Noted>;
  settle(guid: string, outcome: Outcome): Promise<void>;
  /** Its own request waits no longer: from now on others may inquire. */
  abandon(guid: string): Promise<void>;
  find(guid: string): Promise<SentPayout | null>;
  /** Takes payouts nobody waits for and nobody knows; each is offered again later, and later each time. */
  takeOverdue(most: number): Promise<SentPayout[]>;
  /** Removes settled ones that are older than anyone asks for. */
  forgetOld(): Promise<number>;
}

export class OutcomesUnavailable extends Error {}

const OUTCOMES = {
  done: 'PAID',
  refusal: 'REFUSED',
  problem: 'NOT_EXECUTED',
  fault: 'NOT_EXECUTED',
  unknown: null,
} as const satisfies Record<Meaning['as'], Outcome | null>;

/** What an answer says of the payout itself. One that says nothing of it was to be inquired, and is a fault here. */
export function outcomeOf({ rspCd }: LegacyAnswer): Outcome {
  const outcome = OUTCOMES[meaningOf(rspCd).as];
  if (outcome === null) throw new LegacyFault(rspCd);
  return outcome;
}
