import Type from 'typebox';
import { planPath } from '../plan.ts';
import { readJson } from '../read-json.ts';
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

/** Judges two files; the plan also by the name of one that comes along, `-` for standard input. Throws {@link BadInput}. */
export function evaluateFiles(plan: string, evidence: string): Judgement {
  return evaluateDocuments(readJson(planPath(plan), 'the plan'), readJson(evidence, 'the evidence'));
}

/** Judges two documents; where the plan has figures of its own for the evidence's stage, those. Throws {@link BadInput}. */
function evaluateDocuments(planDocument: unknown, evidenceDocument: unknown): Judgement {
  const { gate, stages = [] } = validate(PlanOfGate, planDocument, 'the plan');
  const evidence = checkEvidence(evidenceDocument);
  const own = stages.find(({ stage }) => stage === evidence.stage)?.gate;
  return evaluate({ ...gate, ...own }, evidence);
}
