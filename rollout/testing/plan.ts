import { checkPlan, type Plan } from '../src/plan/plan.ts';

export const GATE = {
  confidence: 0.95,
  gates: 4,
  mismatchBound: 0.01,
  minPerStratum: 0,
  maxLossRate: 0.01,
  moneyMoves: true,
};

/** The file of a valid plan; `change` replaces fields, and `undefined` removes one. */
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
    bake: { minutes: 60, midnights: 1 },
    timeZone: 'Europe/Berlin',
    ...change,
  };
  return JSON.parse(JSON.stringify(document)) as object; // drops fields that are undefined
}

export const planOf = (change: object = {}): Plan => checkPlan(planDocument(change));
