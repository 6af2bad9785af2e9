import { problem } from '@core-exit/bank-contract';
import { callerOf, sendProblem } from '@core-exit/bank-contract/server';
import type { Scope } from '../http/scope.ts';

/** What happened on the line since this process began, for operators. */
export function lineRoute(scope: Scope, counts: () => Record<string, number>): void {
  scope.get(
    '/internal/v1/line',
    { schema: { summary: 'Counts of the line (operators)' } },
    async (request, reply) =>
      callerOf(request).kind === 'operator' ? counts() : sendProblem(reply, problem('FORBIDDEN')),
  );
}
