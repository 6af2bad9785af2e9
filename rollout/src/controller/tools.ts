import type { EvidenceSource } from '../evidence-source.ts';
import type { Entry, FlagControl } from '../flag-control.ts';
import type { Plan } from '../plan.ts';
import type { Store } from '../store/store.ts';
import type { Announce } from './announce.ts';

export type ControllerTools = {
  plan: Plan;
  store: Store;
  flag: FlagControl;
  evidence: EvidenceSource;
  announce: Announce;
  now: () => Date;
  /** Names this controller in the lease. */
  holder: string;
};

/** One thing the controller did by itself. */
export type Deed = {
  at: string;
  action: 'step-back' | 'advance';
  from: Entry;
  to: Entry;
  because: string;
  tookMs: number;
};

export function deedOf(
  what: Pick<Deed, 'action' | 'from' | 'to' | 'because'>,
  started: Date,
  ended: Date,
): Deed {
  const { action, to, because } = what;
  const from = { stage: what.from.stage, since: what.from.since };
  return { at: ended.toISOString(), action, from, to, because, tookMs: ended.getTime() - started.getTime() };
}
