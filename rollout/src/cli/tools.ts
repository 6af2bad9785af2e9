import { BadInput } from '@core-exit/process/faults';
import type { EvidenceSource } from '../controller/evidence-source.ts';
import { judge } from '../controller/judge.ts';
import type { Notify } from '../controller/notices.ts';
import type { FlagControl } from '../flag/flag-control.ts';
import type { UnleashAdmin } from '../flag/unleash-admin.ts';
import type { Plan, PlannedStage } from '../plan/plan.ts';
import type { Stay } from '../plan/stay.ts';
import type { StartedRamp, Store } from '../store/store.ts';

export type Tools = {
  plan: Plan;
  admin: UnleashAdmin;
  flag: FlagControl;
  store: Store;
  evidence: EvidenceSource;
  notify: Notify;
  /** Default: the clock of this machine. */
  now?: () => Date;
};

/** The person who gives a command, and the reason. */
export type Attribution = { by: string; because: string };

/** Reads the ramp. Throws {@link BadInput} if the ramp was not started. */
export async function startedRamp({ store, plan }: Tools): Promise<StartedRamp> {
  const { current, ...snapshot } = await store.read();
  if (current === null) {
    throw new BadInput('the ramp', [`the ramp of ${plan.flag.name} was not started: run \`rollout init\``]);
  }
  return { ...snapshot, current };
}

/** Judges the evidence of a stay as it is now. */
export function judgeNow({ evidence, now = () => new Date() }: Tools, stage: PlannedStage, stay: Stay) {
  return judge(stage, stay, evidence, now());
}
