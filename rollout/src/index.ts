/** Decides, per customer, which core is primary; the stages of a ramp; the gate. Knows nothing of any one service. */
export { createRollout, type Rollout, type RolloutOptions } from './create-rollout.ts';
export { type Decision, type DecisionReason, NEVER } from './decision.ts';
export type { FlagDoubt, FlagState } from './flag-shape.ts';
export { checkEvidence, type Evidence, VERDICTS, type Verdict, type VerdictCounts } from './gate/evidence.ts';
export { latencyBounds } from './gate/latency-bounds.ts';
export { signTest } from './gate/sign-test.ts';
export { type Primary, STAGE_NAMES } from './stages.ts';
