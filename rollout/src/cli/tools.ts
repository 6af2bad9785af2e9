import type { Announce } from '../controller/announce.ts';
import type { EvidenceSource } from '../evidence-source.ts';
import type { FlagControl } from '../flag-control.ts';
import type { Plan } from '../plan.ts';
import type { Store } from '../store/store.ts';
import type { UnleashAdmin } from '../unleash-admin.ts';

export type Tools = {
  plan: Plan;
  admin: UnleashAdmin;
  flag: FlagControl;
  store: Store;
  evidence: EvidenceSource;
  announce: Announce;
};

/** Who asks for something, and why. */
export type Asked = { by: string; because: string };
