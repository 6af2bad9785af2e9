import type {} from '@fastify/swagger'; // lets a route schema carry a summary
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import Type from 'typebox';
import type { Caller } from '../caller.ts';
import type { Asked, Core, CoreAnswer } from '../core.ts';
import { ACCOUNT_NO_PATTERN, factsText, ROUTES, STRATUM_HEADER } from '../index.ts';
import { type Basis, isBankDate } from '../money.ts';
import { Payout, PayoutRequest, Rehearsal, RehearsalRequest } from '../payout.ts';
import { Problem } from '../problem.ts';
import { Quote, QuoteQuery } from '../quote.ts';
import { callerOf } from './authenticate.ts';
import { idempotencyKeyOf } from './idempotency-key.ts';
import { sendProblem } from './problems.ts';
import { Refused } from './refused.ts';

export const AccountParams = Type.Object({ accountNo: Type.String({ pattern: ACCOUNT_NO_PATTERN }) });
type AccountParams = Type.Static<typeof AccountParams>;

const JSON_TYPE = 'application/json; charset=utf-8';

const anyProblem = { '4xx': Problem, '5xx': Problem };

/** The operations of the contract, in front of a core. */
export function coreRoutes(scope: FastifyInstance, core: Core): void {
  quoteRoute(scope, core);
  payoutRoute(scope, core);
  rehearsalRoute(scope, core);
}

function quoteRoute(scope: FastifyInstance, core: Core): void {
  scope.get<{ Params: AccountParams; Querystring: QuoteQuery }>(
    ROUTES.quote,
    {
      schema: {
        summary: 'Estimated interest as of today',
        params: AccountParams,
        querystring: QuoteQuery,
        response: { 200: Quote, ...anyProblem },
      },
    },
    async (request, reply) => {
      const caller = callerOf(request);
      const at = basisOf(request.query);
      if (at !== null && caller.kind === 'customer') throw new Refused('FORBIDDEN');
      const answer = await core.quote(askedBy(request), at, request.query.explain === 'true');
      return sendAnswer(reply, answer, 200);
    },
  );
}

function payoutRoute(scope: FastifyInstance, core: Core): void {
  scope.post<{ Params: AccountParams; Body: PayoutRequest | undefined }>(
    ROUTES.payouts,
    {
      schema: {
        summary: 'Pays the interest accrued so far, once a day',
        params: AccountParams,
        body: PayoutRequest,
        response: { 200: Payout, 201: Payout, ...anyProblem },
      },
      preValidation: async (request) => {
        if (request.body === undefined) request.body = {};
      },
    },
    async (request, reply) => {
      const caller = callerOf(request);
      if (caller.kind !== 'customer')
        throw new Refused('FORBIDDEN', { detail: 'only the customer may ask for a payout' });
      const key = idempotencyKeyOf(request);
      const { accountNo } = request.params;
      const answer = await core.pay(
        { accountNo, customerId: caller.customerId, traceId: request.id },
        key,
        request.body ?? {},
      );
      const isReplay = answer.ok ? answer.body.replayed : answer.replayed === true;
      if (isReplay) reply.header('idempotency-replayed', 'true');
      if (!answer.ok) return sendAnswer(reply, answer, 409);
      return reply.code(isReplay ? 200 : 201).send(answer.body.payout);
    },
  );
}

function rehearsalRoute(scope: FastifyInstance, core: Core): void {
  scope.post<{ Params: AccountParams; Body: RehearsalRequest | undefined }>(
    ROUTES.rehearsals,
    {
      schema: {
        summary: 'The payout as it would be at a basis, with no effect (internal scope)',
        params: AccountParams,
        body: RehearsalRequest,
        response: { 200: Rehearsal, ...anyProblem },
      },
      preValidation: async (request) => {
        if (request.body === undefined) request.body = {};
      },
    },
    async (request, reply) => {
      const caller = callerOf(request);
      if (caller.kind === 'customer') throw new Refused('FORBIDDEN');
      const body = request.body ?? {};
      if (body.basis && !isBankDate(body.basis.businessDate)) {
        throw new Refused('VALIDATION', { detail: 'body/basis/businessDate: no such date' });
      }
      return sendAnswer(reply, await core.rehearse(askedBy(request), body), 200);
    },
  );
}

/** The question of an authenticated request about an account. */
export function askedBy(request: FastifyRequest<{ Params: { accountNo: string } }>): Asked {
  return asked(request.params.accountNo, callerOf(request), request.id);
}

function asked(accountNo: string, caller: Caller, traceId: string): Asked {
  const customerId =
    caller.kind === 'customer' ? caller.customerId : caller.kind === 'core' ? caller.onBehalfOf : null;
  return { accountNo, customerId, traceId };
}

function basisOf(query: QuoteQuery): Basis | null {
  const { businessDate, ledgerSeq } = query;
  if (businessDate === undefined && ledgerSeq === undefined) return null;
  if (businessDate === undefined || ledgerSeq === undefined || !isBankDate(businessDate)) {
    throw new Refused('VALIDATION', {
      detail: 'querystring: businessDate and ledgerSeq go together, as a real basis',
    });
  }
  return { businessDate, ledgerSeq };
}

/** Sends a core's answer: its body with `status`, or its problem; to another core, with the facts of the account. */
export async function sendAnswer(
  reply: FastifyReply,
  answer: CoreAnswer<unknown>,
  status: number,
): Promise<FastifyReply> {
  const { facts } = answer;
  if (facts !== undefined && reply.request.caller?.kind === 'core') {
    reply.header(STRATUM_HEADER, factsText(facts));
  }
  if (!answer.ok) return sendProblem(reply, answer.problem, answer.retryAfterSeconds);
  const { json } = answer;
  if (json === undefined) return reply.code(status).send(answer.body);
  return reply.code(status).type(JSON_TYPE).send(json);
}
