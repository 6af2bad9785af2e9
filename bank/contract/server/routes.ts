import type {} from '@fastify/swagger'; // lets a route schema carry a summary
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import Type from 'typebox';
import { ACCOUNT_NO_PATTERN } from '../account-no.ts';
import type { AccountRequest, Core, CoreAnswer } from '../core.ts';
import {
  IDEMPOTENCY_KEY_HEADER,
  IDEMPOTENCY_KEY_PATTERN,
  IDEMPOTENCY_REPLAYED_HEADER,
} from '../idempotency-key.ts';
import { type Basis, isBankDate } from '../money.ts';
import { Payout, PayoutRequest, Rehearsal, RehearsalRequest } from '../payout.ts';
import { Problem } from '../problem.ts';
import { Quote, QuoteQuery } from '../quote.ts';
import { ROUTES } from '../routes.ts';
import { STRATUM_HEADER, writeStratum } from '../stratum.ts';
import { callerOf } from './authenticate.ts';
import { ProblemError, sendProblem } from './problems.ts';

export const AccountParams = Type.Object({ accountNo: Type.String({ pattern: ACCOUNT_NO_PATTERN }) });
type AccountParams = Type.Static<typeof AccountParams>;

const JSON_TYPE = 'application/json; charset=utf-8';

const anyProblem = { '4xx': Problem, '5xx': Problem };

/** The routes that both cores have. */
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
      if (at !== null && caller.kind === 'customer') throw new ProblemError('FORBIDDEN');
      const answer = await core.quote(accountRequestOf(request), at, request.query.explain === 'true');
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
        throw new ProblemError('FORBIDDEN', { detail: 'only the customer may request a payout' });
      const idempotencyKey = idempotencyKeyOf(request);
      const { accountNo } = request.params;
      const { customerId } = caller;
      const answer = await core.pay(
        { accountNo, customerId, traceId: request.id },
        idempotencyKey,
        request.body ?? {},
      );
      const isReplay = answer.ok ? answer.body.replayed : answer.replayed === true;
      if (isReplay) reply.header(IDEMPOTENCY_REPLAYED_HEADER, 'true');
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
      if (caller.kind === 'customer') throw new ProblemError('FORBIDDEN');
      const body = request.body ?? {};
      if (body.basis && !isBankDate(body.basis.businessDate)) {
        throw new ProblemError('VALIDATION', { detail: 'body/basis/businessDate: no such date' });
      }
      return sendAnswer(reply, await core.rehearse(accountRequestOf(request), body), 200);
    },
  );
}

/** The account and the customer of an authenticated request. */
export function accountRequestOf(request: FastifyRequest<{ Params: { accountNo: string } }>): AccountRequest {
  const caller = callerOf(request);
  const customerId =
    caller.kind === 'customer' ? caller.customerId : caller.kind === 'core' ? caller.onBehalfOf : null;
  return { accountNo: request.params.accountNo, customerId, traceId: request.id };
}

const IDEMPOTENCY_KEY = new RegExp(IDEMPOTENCY_KEY_PATTERN);

/** The idempotency key of a request that moves money; without a valid key the answer is VALIDATION. */
export function idempotencyKeyOf(request: FastifyRequest): string {
  const key = request.headers[IDEMPOTENCY_KEY_HEADER];
  if (typeof key === 'string' && IDEMPOTENCY_KEY.test(key)) return key;
  throw new ProblemError('VALIDATION', {
    detail: `header ${IDEMPOTENCY_KEY_HEADER}: 8 to 64 characters of A-Z a-z 0-9 . _ : - are required`,
  });
}

function basisOf(query: QuoteQuery): Basis | null {
  const { businessDate, ledgerSeq } = query;
  if (businessDate === undefined && ledgerSeq === undefined) return null;
  if (businessDate === undefined || ledgerSeq === undefined || !isBankDate(businessDate)) {
    throw new ProblemError('VALIDATION', {
      detail: 'querystring: businessDate and ledgerSeq are required together, and the date must exist',
    });
  }
  return { businessDate, ledgerSeq };
}

/** Sends a core's answer: its body with `status`, or its problem. A core-to-core caller also gets the stratum of the account. */
export async function sendAnswer(
  reply: FastifyReply,
  answer: CoreAnswer<unknown>,
  status: number,
): Promise<FastifyReply> {
  const { stratum } = answer;
  if (stratum !== undefined && reply.request.caller?.kind === 'core') {
    reply.header(STRATUM_HEADER, writeStratum(stratum));
  }
  if (!answer.ok) return sendProblem(reply, answer.problem, answer.retryAfterSeconds);
  const { json } = answer;
  if (json === undefined) return reply.code(status).send(answer.body);
  return reply.code(status).type(JSON_TYPE).send(json);
}
