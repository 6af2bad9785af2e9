import type { FlagControl } from '../flag/flag-control.ts';
import type { Plan } from '../plan/plan.ts';
import type { Stay } from '../plan/stay.ts';
import type { Store } from '../store/store.ts';
import type { EvidenceSource } from './evidence-source.ts';
import type { Notify } from './notices.ts';

export type ControllerTools = {
  plan: Plan;
  store: Store;
  flag: FlagControl;
  evidence: EvidenceSource;
  notify: Notify;
  now: () => Date;
  /** Identifies this controller in the lease. */
  holder: string;
};

/** An advance or a step back that the controller made by itself. */
export type ControllerAction = {
  at: string;
  action: 'step-back' | 'advance';
  from: Stay;
  to: Stay;
  because: string;
  tookMs: number;
};

export function controllerAction(
  what: Pick<ControllerAction, 'action' | 'from' | 'to' | 'because'>,
  started: Date,
  ended: Date,
): ControllerAction {
  const { action, to, because } = what;
  const from = { stage: what.from.stage, since: what.from.since };
  return { at: ended.toISOString(), action, from, to, because, tookMs: ended.getTime() - started.getTime() };
}
