import { createHash } from 'node:crypto';
import type { Rollout } from './create-rollout.ts';
import { decide } from './decision.ts';
import type { FlagState } from './flag-shape.ts';
import { STAGES } from './stages.ts';

type StageName = keyof typeof STAGES;

export type FakeRollout = Rollout & {
  enter(stage: StageName, since?: string): void;
  doubt(state: FlagState): void;
};

/**
 * A decider without Unleash: the stage is set by the test, shares nest by a fixed bucket of the customer id. The
 * bucket is not Unleash's, so a test must not expect a certain customer inside a share; 0 and 100 percent are sure.
 */
export function fakeRollout(stage: StageName = 'shadow', since = '2026-01-02T00:00:00.000Z'): FakeRollout {
  let state: FlagState = staged(stage, since);
  const inShare = (id: string) => state.kind === 'staged' && bucketOf(id) <= state.percent;
  return {
    decide: (subjectId) => decide(state, subjectId, inShare, Math.random),
    flag: () => state,
    close: async () => undefined,
    enter: (next, at = new Date().toISOString()) => {
      state = staged(next, at);
    },
    doubt: (next) => {
      state = next;
    },
  };
}

function staged(stage: StageName, since: string): FlagState {
  const { percent, shadow, primary } = STAGES[stage];
  return { kind: 'staged', stage, since, percent, shadow, primary };
}

function bucketOf(id: string): number {
  return (createHash('sha256').update(id).digest().readUInt32BE(0) % 100) + 1;
}
