import type { Asked, CoreAnswer } from '@core-exit/bank-contract';
import { Payout, Problem } from '@core-exit/bank-contract';
import { AccountParams, askedBy, sendAnswer } from '@core-exit/bank-contract/server';
import Type from 'typebox';
import type { OutcomeStatus } from './outcome.ts';
import type { Scope } from '../http/scope.ts';

const GUID_PATTERN = '^[A-Z0-9]{32}$';
const Params = Type.Object({
  accountNo: AccountParams.properties.accountNo,
  requestId: Type.String({ pattern: GUID_PATTERN }),
});
const Status = Type.Object(
  {
    requestId: Type.String(),
    since: Type.String(),
    state: Type.Enum(['UNKNOWN', 'NOT_EXECUTED', 'PAID', 'REFUSED']),
    payout: Type.Optional(Payout),
    problem: Type.Optional(Problem),
  },
  { additionalProperties: false },
);

/** The status address of an OUTCOME_UNKNOWN: what became of that payout request. */
export function outcomeRoute(
  scope: Scope,
  outcome: (asked: Asked, guid: string) => Promise<CoreAnswer<OutcomeStatus>>,
): void {
  scope.get<{ Params: Type.Static<typeof Params> }>(
    '/v1/accounts/:accountNo/interest-payouts/outcomes/:requestId',
    {
      schema: {
        summary: 'What became of a payout request whose outcome was unknown',
        params: Params,
        response: { 200: Status, '4xx': Problem, '5xx': Problem },
      },
    },
    async (request, reply) =>
      sendAnswer(reply, await outcome(askedBy(request), request.params.requestId), 200),
  );
}
