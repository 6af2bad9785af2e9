/** The public API of the rollout: the decision per request, the stages, and the statistics of the gate. */
export { createRollout, type Rollout, type RolloutOptions } from './create-rollout.ts';
export { type Decision, type DecisionReason, NEVER } from './decide/decision.ts';
export type { FlagDoubt, FlagState } from './flag/flag-shape.ts';
export { checkEvidence, type Evidence, VERDICTS, type Verdict, type VerdictCounts } from './gate/evidence.ts';
export { latencyBounds } from './gate/latency.ts';
export { signTest } from './gate/sign-test.ts';
export { type Primary, STAGE_NAMES } from './plan/stages.ts';
