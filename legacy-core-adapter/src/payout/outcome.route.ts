import { type AccountRequest, type CoreAnswer, Payout, Problem, ROUTES } from '@core-exit/bank-contract';
import {
  AccountParams,
  type AuthenticatedScope,
  accountRequestOf,
  sendAnswer,
} from '@core-exit/bank-contract/server';
import Type from 'typebox';
import type { OutcomeStatus } from './outcome.ts';

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

/** The address in `instance` of an OUTCOME_UNKNOWN: the outcome of that payout request. */
export function outcomeRoute(
  scope: AuthenticatedScope,
  outcome: (account: AccountRequest, guid: string) => Promise<CoreAnswer<OutcomeStatus>>,
): void {
  scope.get<{ Params: Type.Static<typeof Params> }>(
    `${ROUTES.payouts}/outcomes/:requestId`,
    {
      schema: {
        summary: 'Outcome of a payout request whose outcome was unknown',
        params: Params,
        response: { 200: Status, '4xx': Problem, '5xx': Problem },
      },
    },
    async (request, reply) =>
      sendAnswer(reply, await outcome(accountRequestOf(request), request.params.requestId), 200),
  );
}
