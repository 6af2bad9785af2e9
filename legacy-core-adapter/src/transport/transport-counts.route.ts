import { problem } from '@core-exit/bank-contract';
import { type AuthenticatedScope, callerOf, sendProblem } from '@core-exit/bank-contract/server';

/** Counts of the transport since the start of the process, for operators. */
export function transportCountsRoute(scope: AuthenticatedScope, counts: () => Record<string, number>): void {
  scope.get(
    '/internal/v1/line',
    { schema: { summary: 'Counts of the transport to the legacy core (operators)' } },
    async (request, reply) =>
      callerOf(request).kind === 'operator' ? counts() : sendProblem(reply, problem('FORBIDDEN')),
  );
}
