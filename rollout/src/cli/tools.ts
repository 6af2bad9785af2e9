import type { Announce } from '../controller/announce.ts';
import { judge } from '../controller/judge.ts';
import type { EvidenceSource } from '../evidence-source.ts';
import type { Entry, FlagControl } from '../flag-control.ts';
import type { Plan, PlannedStage } from '../plan.ts';
import type { Store } from '../store/store.ts';
import type { UnleashAdmin } from '../unleash-admin.ts';

export type Tools = {
  plan: Plan;
  admin: UnleashAdmin;
  flag: FlagControl;
  store: Store;
  evidence: EvidenceSource;
  announce: Announce;
  /** Left out: the clock of this machine. */
  now?: () => Date;
};

/** What the evidence of the stage in force says now. */
export function judgeNow({ evidence, now = () => new Date() }: Tools, stage: PlannedStage, entry: Entry) {
  return judge(stage, entry, evidence, now());
}

/** Who asks for something, and why. */
export type Asked = { by: string; because: string };
