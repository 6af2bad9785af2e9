import type { Entry } from '../flag-control.ts';
import type { PlannedStage } from '../plan.ts';

/** The stage in force, as the rollout's database has it. */
export type StageInForce = Entry & {
  held: boolean;
  /** Instant of the entry by the bank's clock. */
  enteredClock: Date;
  /** The entry before it: its last comparisons may still come in. */
  before: Entry | null;
};

export type Snapshot = {
  /** Null: the ramp was never begun. */
  inForce: StageInForce | null;
  /** Now, by the bank's clock. */
  clock: Date;
  /** Who approved the entry in force, and which version of the plan they read. */
  approvals: Approval[];
};

export type Approval = { by: string; planHash: string };

/** Whose approvals count: those of this version of the plan. */
export function approversOf({ approvals }: Pick<Snapshot, 'approvals'>, planHash: string): string[] {
  return approvals.filter((approval) => approval.planHash === planHash).map(({ by }) => by);
}

/** Who did what, and why; joined by the store with what changed, and kept for ever. */
export type Decided = {
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

/** A record's place in the chain; told to Slack, so that a chain that was cut or rewritten can be found out. */
export type ChainLink = { seq: number; hash: string };

export type Move = {
  to: PlannedStage;
  decided: Decided;
  held?: boolean;
  /** Only if this entry is still in force: a step forward follows on what was judged. */
  ifStill?: Entry;
  /** Only while this controller holds the lease. */
  ifHolder?: string;
  /** The entry has been made already (through Unleash alone, while this database was away). */
  since?: string;
};
export type Moved =
  | { kind: 'moved'; entry: Entry; link: ChainLink }
  | { kind: 'overtaken'; now: Entry | null };

export type DecisionRecord = {
  flag: string;
  seq: number;
  at: string;
  dbUser: string;
  body: string;
  previousHash: string;
  hash: string;
};

/** What one flag's ramp remembers. Every call has a deadline and throws StoreFault when the database fails it. */
export type Store = {
  look(): Promise<Snapshot>;
  /** Changes the stage in force and writes the record of it, both or neither. */
  move(move: Move): Promise<Moved>;
  /** Writes a record that changes nothing. */
  record(decided: Decided): Promise<ChainLink>;
  /** Null: that person approved this entry under this version of the plan before. */
  approve(entry: Entry, planHash: string, decided: Decided): Promise<ChainLink | null>;
  /** Takes or renews the right to act for this flag; false: another controller has it. */
  holdLease(holder: string): Promise<boolean>;
  /** Gives the right back, so that the next controller need not wait. */
  releaseLease(holder: string): Promise<void>;
  /** Records after `seq`, oldest first, a page at a time. */
  decisionsAfter(seq: number, limit: number): Promise<DecisionRecord[]>;
  /**
   * The oldest record that nobody was told of yet, and the right to tell it for ten seconds; null: there is none, or
   * another process tells it.
   */
  toTell(teller: string): Promise<DecisionRecord | null>;
  /** Everything up to this record was told; gives the right back. */
  told(teller: string, seq: number): Promise<void>;
  close(): Promise<void>;
};
