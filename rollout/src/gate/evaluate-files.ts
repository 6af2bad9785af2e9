import Type from 'typebox';
import { validate } from '../validate.ts';
import { evaluate } from './evaluate.ts';
import { checkEvidence } from './evidence.ts';
import type { Judgement } from './judgement.ts';
import { GateTerms } from './terms.ts';

/** A plan as far as the gate reads it. */
const PlanOfGate = Type.Object({
  gate: GateTerms,
  stages: Type.Optional(
    Type.Array(Type.Object({ stage: Type.String(), gate: Type.Optional(Type.Partial(GateTerms)) })),
  ),
});

/** Judges two documents; where the plan has figures of its own for the evidence's stage, those. Throws BadInput. */
export function evaluateDocuments(planDocument: unknown, evidenceDocument: unknown): Judgement {
  const { gate, stages = [] } = validate(PlanOfGate, planDocument, 'the plan');
  const evidence = checkEvidence(evidenceDocument);
  const own = stages.find(({ stage }) => stage === evidence.stage)?.gate;
  return evaluate({ ...gate, ...own }, evidence);
}
