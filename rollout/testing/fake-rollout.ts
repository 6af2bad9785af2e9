import type { Rollout } from '../src/create-rollout.ts';
import { decide } from '../src/decide/decision.ts';
import type { FlagState } from '../src/flag/flag-shape.ts';
import { STAGES } from '../src/plan/stages.ts';

type StageName = keyof typeof STAGES;

export type FakeRollout = Rollout & {
  enter(stage: StageName, since?: string): void;
  doubt(state: FlagState): void;
};

/** A decision client without Unleash. The test sets the stage; the buckets are those of a flag with groupId `fake`. */
export function fakeRollout(stage: StageName = 'shadow', since = '2026-01-02T00:00:00.000Z'): FakeRollout {
  let state: FlagState = staged(stage, since);
  return {
    decide: (subjectId) => decide(state, subjectId, Math.random),
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
  return { kind: 'staged', stage, since, percent, shadow, primary, groupId: 'fake', members: new Set() };
}
