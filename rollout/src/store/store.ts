import type { PlannedStage } from '../plan/plan.ts';
import type { Stay } from '../plan/stay.ts';

/** The current stay of a ramp, as the database of the rollout has it. */
export type CurrentStay = Stay & {
  /** A person stopped the ramp or stepped it back. No controller advances it until a person resumes it. */
  held: boolean;
  /** Instant of the entry by the clock function of the database, which decides about bake time and midnights. */
  enteredClock: Date;
  /** The previous stay. Verdicts of its last requests may still arrive. */
  before: Stay | null;
};

/** What the database has of one ramp at one instant. */
export type RampSnapshot = {
  /** Null if the ramp was not started yet. */
  current: CurrentStay | null;
  /** Now, by the clock function of the database. */
  clock: Date;
  /** The approvals of the current stay, each with the version of the plan that the person approved. */
  approvals: Approval[];
};
/** The snapshot of a ramp that was started. */
export type StartedRamp = RampSnapshot & { current: CurrentStay };

export type Approval = { by: string; planHash: string };

/** The persons whose approvals count, because they approved this version of the plan. */
export function approversOf({ approvals }: Pick<RampSnapshot, 'approvals'>, planHash: string): string[] {
  return approvals.filter((approval) => approval.planHash === planHash).map(({ by }) => by);
}

/** The content of a decision record. The store adds what changed; records are never deleted. */
export type DecisionDraft = {
  action: Action;
  by: string;
  because: string;
  plan: object;
  judgement?: unknown;
  evidence?: unknown;
};
export type Action =
  | 'init'
  | 'approve'
  | 'advance'
  | 'step-back'
  | 'back'
  | 'set'
  | 'stop'
  | 'resume'
  | 'drift';

/** The place of a record in the chain. Slack gets a copy, so that a chain that was cut or rewritten can be detected. */
export type ChainLink = { seq: number; hash: string };

export type Move = {
  to: PlannedStage;
  draft: DecisionDraft;
  held?: boolean;
  /** Move only if this stay is still the current one, because the move follows from its evidence. */
  ifStill?: Stay;
  /** Move only if this controller holds the lease. */
  ifHolder?: string;
  /** Start of the new stay, if it began already through Unleash alone while the database was down. */
  since?: string;
};
export type MoveResult =
  | { kind: 'moved'; stay: Stay; link: ChainLink }
  /** A condition of the move was not met. `now` is the current stay. */
  | { kind: 'overtaken'; now: Stay | null };

export type DecisionRecord = {
  flag: string;
  seq: number;
  at: string;
  dbUser: string;
  body: string;
  previousHash: string;
  hash: string;
};

/** The stored state of the ramp of one flag. Every call has a deadline and throws StoreFault if the database fails. */
export type Store = {
  read(): Promise<RampSnapshot>;
  /** Changes the current stage and appends the decision record, in one transaction. */
  move(move: Move): Promise<MoveResult>;
  /** Appends a record that changes no stage. */
  record(draft: DecisionDraft): Promise<ChainLink>;
  /** Returns null if the person already approved this stay under this version of the plan. */
  approve(stay: Stay, planHash: string, draft: DecisionDraft): Promise<ChainLink | null>;
  /** Takes or renews the lease of this flag. Returns false if another controller holds it. */
  holdLease(holder: string): Promise<boolean>;
  /** Gives the lease back, so that the next controller need not wait until it expires. */
  releaseLease(holder: string): Promise<void>;
  /** Up to `limit` records after `seq`, oldest first. */
  decisionsAfter(seq: number, limit: number): Promise<DecisionRecord[]>;
  /**
   * Returns the oldest record that was not sent to Slack yet, and reserves the sending for this sender for ten seconds.
   * Returns null if all records were sent, or if another sender has the reservation.
   */
  nextUnsent(sender: string): Promise<DecisionRecord | null>;
  /** Marks all records up to `seq` as sent and ends the reservation of this sender. */
  markSent(sender: string, seq: number): Promise<void>;
  close(): Promise<void>;
};
