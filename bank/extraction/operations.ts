/**
 * Quotes and payouts, as the gateway handles them: the request for the shadow, what must be equal, and what may be shown.
 * `OPERATIONS_FILE` names this file.
 */
import {
  CUSTOMER_ID_PATTERN,
  ON_BEHALF_OF,
  type ProblemCode,
  problem,
  ROUTES,
  STRATUM_HEADER,
  TOKEN,
} from '@core-exit/bank-contract';
import {
  type Answer,
  type FieldClass,
  type GatewayProblem,
  type GatewayRequest,
  type Operation,
  type OperationsFile,
  type ProblemAnswer,
  parse,
  type Rule,
  valueAt,
} from '@core-exit/comparator';
import { basisOf, refusalOf, stateOf, textAt } from './answers.ts';
import { promotion } from './promotion.ts';
import { stratumOf } from './stratum.ts';

const CUSTOMER_ID = new RegExp(CUSTOMER_ID_PATTERN);
/** Taxes are cut below 10 won (국고금 관리법 47조), so a tax that is no multiple of 10 names its own defect. */
const TAX_UNIT_WON = '10';
const OWNER = 'interest migration team';

const amounts = [
  'gross',
  'incomeTax',
  'localTax',
  'farmTax',
  'net',
  'currency',
  'businessDate',
  'balanceAfter',
];
const fields: Record<string, FieldClass> = {
  '/accountNo': 'account',
  '/payoutId': 'identifier',
  '/memo': 'secret',
  '/detail': 'secret',
  ...Object.fromEntries(amounts.map((name) => [`/${name}`, 'plain' as const])),
  ...Object.fromEntries(
    ['paidAt', 'expiresAt', 'type', 'title', 'status', 'code', 'reason'].map((n) => [`/${n}`, 'plain']),
  ),
  '/period/*': 'plain',
  '/basis/*': 'plain',
  '/refusal/*': 'plain',
  '/postings/*/*': 'plain',
};

/** Net, balance and postings follow from the taxes, so that a wrong tax is one defect. */
const AMOUNTS = ['/gross', '/incomeTax', '/localTax', '/farmTax'];
const follows = {
  '/net': AMOUNTS,
  '/balanceAfter': [...AMOUNTS, '/net'],
  '/postings': [...AMOUNTS, '/net'],
  '/incomeTax': ['/gross'],
  '/localTax': ['/gross', '/incomeTax'],
  '/farmTax': ['/gross'],
  '/gross': ['/period/from', '/period/to', '/businessDate'],
};

const units = { '/incomeTax': TAX_UNIT_WON, '/localTax': TAX_UNIT_WON, '/farmTax': TAX_UNIT_WON };

/** A problem's `detail` is a sentence for a person. The cores must agree on its code and reason. */
const detailIsProse: Rule = {
  kind: 'ignore',
  path: '/detail',
  because: 'free text for people; code, reason and status carry the meaning and are compared',
  owner: OWNER,
  until: '2027-12-31',
};

const rehearsed = {
  because: 'a rehearsal pays no money, so it has no receipt',
  owner: OWNER,
  until: '2027-12-31',
};
const rehearsalRules: Rule[] = [
  { kind: 'oneSided', path: '/payoutId', ...rehearsed },
  { kind: 'oneSided', path: '/paidAt', ...rehearsed },
  // 201 paid, 200 replayed and 200 rehearsed must have the same amounts.
  { kind: 'status', same: [201, 200], ...rehearsed },
];

/** Only the customer asks with `explain=true`. The shadow's request is for the amounts, and the legacy core cannot explain. */
const explanationIsOneSided: Rule = {
  kind: 'oneSided',
  path: '/explanation',
  because: 'only the new core explains a quote, and only as the primary',
  owner: OWNER,
  until: '2027-12-31',
};

/** A quote has 500 bytes, or some hundred kilobytes if it is explained day by day. */
const MAX_QUOTE_BYTES = 256 * 1024;
/** A payout has 700. */
const MAX_PAYOUT_BYTES = 64 * 1024;
/** One quote in a hundred shows the legacy core's own differences within a day, and adds one per cent of load there. */
const NOISE_SHARE = 0.01;

const quote: Operation = {
  name: 'interest.quote',
  method: 'GET',
  path: ROUTES.quote,
  effect: 'reads',
  comparison: { rules: [detailIsProse, explanationIsOneSided], units, follows },
  headers: [],
  fields,
  outcome: refusalOf,
  stratum: stratumOf,
  state: stateOf,
  businessDate: (answer) => textAt(answer, '/basis/businessDate'),
  maxAnswerBytes: MAX_QUOTE_BYTES,
  noiseShare: NOISE_SHARE,
  promotion,
  shadow(request, primary) {
    const path = pathOf(ROUTES.quote, request);
    const basis = basisOf(primary);
    if (basis !== null) {
      const pin = new URLSearchParams(basis);
      return { method: 'GET', path: `${path}?${pin.toString()}`, isPinned: true };
    }
    // After a failed primary the request shows whether the shadow answers. An unknown account has no state that could change.
    if (primary === null || primary.status === 404) return { method: 'GET', path, isPinned: true };
    return primary.status === 200 ? { method: 'GET', path, isPinned: false } : null;
  },
};

/** Route of the new core alone, so not in the contract: drops the cached quote of an account. */
const QUOTE_DROPS = '/internal/v1/accounts/:accountNo/quote-cache/drops';

/** Refusals that a rehearsal cannot give, because they depend on the request or the moment. */
const NOT_REHEARSABLE = new Set(['REQUEST_IN_PROGRESS', 'BASIS_UNKNOWN']);

const payout: Operation = {
  name: 'interest.payout',
  method: 'POST',
  path: ROUTES.payouts,
  effect: 'writes',
  comparison: { rules: [detailIsProse, ...rehearsalRules], units, follows },
  headers: [],
  fields,
  outcome: (answer) => (answer.status < 300 ? 'paid' : refusalOf(answer)),
  maxAnswerBytes: MAX_PAYOUT_BYTES,
  stratum: stratumOf,
  state: stateOf,
  promotion,
  shadow(request, primary) {
    if (primary !== null && !isRehearsable(primary)) return null;
    const body = JSON.stringify({ basis: basisOf(primary) ?? undefined, memo: memoOf(request) });
    return {
      method: 'POST',
      path: pathOf(ROUTES.rehearsals, request),
      body,
      isPinned: basisOf(primary) !== null || primary === null || primary.status === 404,
    };
  },
  after(request, primary, core) {
    // The legacy core does not know the new core's cached quotes.
    if (core !== 'legacy' || primary.status !== 201) return [];
    return [{ core: 'new', method: 'POST', path: pathOf(QUOTE_DROPS, request) }];
  },
};

function isRehearsable(primary: Answer): boolean {
  if (primary.status === 200 || primary.status === 201 || primary.status === 404) return true;
  return primary.status === 409 && !NOT_REHEARSABLE.has(textAt(primary, '/code') ?? '');
}

/** A route of the account in the request; what is no account number cannot change the route. */
function pathOf(route: string, { params }: GatewayRequest): string {
  return route.replace(':accountNo', () => encodeURIComponent(params['accountNo'] ?? ''));
}

/** The memo of the customer's request, because the primary's answer may have it wrong. */
function memoOf(request: GatewayRequest): string | undefined {
  if (request.body.length === 0) return undefined;
  const parsed = parse(request.body);
  const memo = parsed.ok ? valueAt(parsed.value, '/memo') : undefined;
  return typeof memo === 'string' ? memo : undefined;
}

const PROBLEM_CODES: Record<GatewayProblem, ProblemCode> = {
  'not-found': 'NOT_FOUND',
  malformed: 'VALIDATION',
  'too-large': 'PAYLOAD_TOO_LARGE',
  unavailable: 'UNAVAILABLE',
  'outcome-unknown': 'OUTCOME_UNKNOWN',
  internal: 'INTERNAL',
};
const RETRY_AFTER_SECONDS = '1';

/** Problems of the contract that the gateway answers by itself. */
function problemOf(kind: GatewayProblem): ProblemAnswer {
  const body = problem(PROBLEM_CODES[kind]);
  const headers: Record<string, string> = { 'content-type': 'application/problem+json; charset=utf-8' };
  if (kind === 'unavailable' || kind === 'outcome-unknown') headers['retry-after'] = RETRY_AFTER_SECONDS;
  return { status: body.status, headers, body: JSON.stringify(body) };
}

export default {
  service: 'interest',
  flag: 'interest-payout',
  identity: {
    issuer: TOKEN.issuer,
    audience: TOKEN.audience,
    algorithms: [TOKEN.algorithm],
    subject: ({ sub }) => (typeof sub === 'string' && CUSTOMER_ID.test(sub) ? sub : null),
  },
  internalHeaders: [ON_BEHALF_OF, STRATUM_HEADER],
  credentials: (serviceToken, subject) => ({
    authorization: `Bearer ${serviceToken}`,
    ...(subject === null ? {} : { [ON_BEHALF_OF]: subject }),
  }),
  problem: problemOf,
  operations: [quote, payout],
} satisfies OperationsFile;
