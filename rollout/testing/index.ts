/** What tests of other rooms use: a decision client without Unleash, and the parts of a ramp on real servers. */
export { blocksOf } from '../src/controller/blocks.ts';
export { evidenceOver } from '../src/controller/evidence-source.ts';
export { judge } from '../src/controller/judge.ts';
export { flagControl } from '../src/flag/flag-control.ts';
export { unleashAdmin } from '../src/flag/unleash-admin.ts';
export type { Judgement } from '../src/gate/judgement.ts';
export { loadPlan, type Plan, type PlannedStage, stageOf } from '../src/plan/plan.ts';
export { STAGES } from '../src/plan/stages.ts';
export { postgresStore } from '../src/store/postgres-store.ts';
export type { Store } from '../src/store/store.ts';
export { type FakeRollout, fakeRollout } from './fake-rollout.ts';
