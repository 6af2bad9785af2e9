import { EXIT } from '@core-exit/process/exit-codes';
import Type from 'typebox';
import { evaluate } from '../gate/evaluate.ts';
import { checkEvidence } from '../gate/evidence.ts';
import type { Judgement } from '../gate/judgement.ts';
import { judgementText } from '../gate/judgement-text.ts';
import { GateTerms } from '../gate/terms.ts';
import { readJson, validate } from '../json-document.ts';
import type { Outcome } from './outcome.ts';

const GATE_EXIT = { PASS: EXIT.done, FAIL: EXIT.found, UNKNOWN: EXIT.incomplete } as const satisfies Record<
  Judgement['decision'],
  number
>;

/** The fields of a plan that the gate reads. */
const PlanOfGate = Type.Object({
  gate: GateTerms,
  stages: Type.Optional(
    Type.Array(Type.Object({ stage: Type.String(), gate: Type.Optional(Type.Partial(GateTerms)) })),
  ),
});

/**
 * Judges the evidence in a file by the plan in a file; `-` is standard input. If the plan has gate terms for the stage of
 * the evidence, these have priority. Throws {@link BadInput}.
 */
export function evaluateFiles(planPath: string, evidencePath: string): Outcome {
  const { gate, stages = [] } = validate(PlanOfGate, readJson(planPath, 'the plan'), 'the plan');
  const evidence = checkEvidence(readJson(evidencePath, 'the evidence'));
  const own = stages.find(({ stage }) => stage === evidence.stage)?.gate;
  const judgement = evaluate({ ...gate, ...own }, evidence);
  return { exit: GATE_EXIT[judgement.decision], text: judgementText(judgement), json: judgement };
}
