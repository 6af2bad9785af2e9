import { checkPlan, type Plan } from './plan.ts';

export const GATE = {
  confidence: 0.95,
  gates: 4,
  mismatchBound: 0.01,
  minPerStratum: 0,
  maxLossRate: 0.01,
  moneyMoves: true,
};

/** A valid plan for tests, with what a test wants otherwise. */
export function planDocument(change: object = {}): object {
  const document = {
    name: 'p',
    author: 'A. Author',
    flag: { name: 'p', project: 'default', environment: 'development', groupId: 'p' },
    stages: [
      { stage: 'off' },
      { stage: 'shadow' },
      { stage: 'ramp-1' },
      { stage: 'ramp-10' },
      { stage: 'full' },
    ],
    fallbackStage: 'shadow',
    gate: GATE,
    bake: { minutes: 60, kstMidnights: 1 },
    ...change,
  };
  return JSON.parse(JSON.stringify(document)) as object; // undefined: left out
}

export const planOf = (change: object = {}): Plan => checkPlan(planDocument(change));
