import { type AnswerTerms, compileMask, compileRules, type Mask } from '../engine/index.ts';
import type { Operation } from '../operation.ts';
import { rulesVersionOf } from '../verdict/versions.ts';

/** An operation with its mask and its rules compiled. */
export type CompiledOperation = {
  operation: Operation;
  mask: Mask;
  rulesVersion: string;
  /** The terms that hold at an instant. A rule expires at the end of its last day (UTC). */
  termsOn(at: Date): AnswerTerms;
};

/** Throws TypeError when a rule, a path or a mask of the operation is not valid. */
export function compileOperation(operation: Operation, at: Date): CompiledOperation {
  const mask = compileMask(operation.fields);
  const { headers, outcome } = operation;
  const termsFor = (day: string): AnswerTerms => ({
    rules: compileRules(operation.comparison, day),
    headers,
    outcome: (answer) => outcome(answer),
  });
  let day = dayOf(at);
  let terms = termsFor(day);
  return {
    operation,
    mask,
    rulesVersion: rulesVersionOf(operation),
    termsOn(now) {
      if (dayOf(now) !== day) {
        day = dayOf(now);
        terms = termsFor(day);
      }
      return terms;
    },
  };
}

function dayOf(at: Date): string {
  return at.toISOString().slice(0, 10);
}
