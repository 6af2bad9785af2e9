import { unmet } from '../answer.ts';
import type { Result } from '../result.ts';
import type { Case } from '../row/row.ts';
import { domainTarget } from './domain.ts';

/** Runs every row on the domain of the new core, in this process. */
export function runOnDomain(cases: readonly Case[]): Result[] {
  const answerOf = domainTarget();
  return cases.map((one): Result => {
    try {
      const { answer, explanation } = answerOf(one);
      const names = unmet(one, answer);
      if (names.length === 0) return { one, outcome: 'pass', actual: answer, paid: false };
      return {
        one,
        outcome: 'fail',
        actual: answer,
        problems: [`differs in ${names.join(', ')}`],
        explanation,
      };
    } catch (fault) {
      const problem = fault instanceof Error ? fault.message : String(fault);
      return { one, outcome: 'fail', actual: null, problems: [problem], explanation: null };
    }
  });
}
