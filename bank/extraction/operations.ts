/**
 * Interest quotes and payouts, as the gateway sees them: what the shadow is asked, what must be equal, and what may
 * be shown. Everything the comparator knows of interest stands in this file.
 */
import {
  type Answer,
  type Beside,
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
import { promotion } from './promotion.ts';

const CUSTOMER_ID = /^C[0-9]{9}$/;
/** Taxes are cut below 10 won (국고금 관리법 47조), so a tax that is no multiple of it names its own defect. */
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

/** A wrong tax is one defect, though net, balance and postings are wrong with it. */
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

/** A problem's `detail` is a sentence for a person; its code and reason are what the cores must agree on. */
const detailIsProse: Rule = {
  kind: 'ignore',
  path: '/detail',
  because: 'free text for people; code, reason and status carry the meaning and are compared',
  owner: OWNER,
  until: '2027-12-31',
};

const rehearsed = {
  because: 'a rehearsal has no receipt: it pays nothing',
  owner: OWNER,
  until: '2027-12-31',
};
const rehearsalRules: Rule[] = [
  { kind: 'oneSided', path: '/payoutId', ...rehearsed },
  { kind: 'oneSided', path: '/paidAt', ...rehearsed },
  // 201 paid, 200 replayed, 200 rehearsed: the amounts must be the same in all three.
  { kind: 'status', same: [201, 200], ...rehearsed },
];

/** `explain=true` is the customer's; the shadow is asked for the amounts, and the legacy core cannot explain. */
const explanationIsOneSided: Rule = {
  kind: 'oneSided',
  path: '/explanation',
  because: 'only the new core explains a quote, and only when it is the one the customer asked',
  owner: OWNER,
  until: '2027-12-31',
};

/** A quote has 500 bytes, explained day by day some hundred kilobytes. */
const MAX_QUOTE_BYTES = 256 * 1024;
/** A payout has 700. */
const MAX_PAYOUT_BYTES = 64 * 1024;
/** One quote in a hundred: enough to know the legacy core's own differences in a day, and one per cent more load there. */
const NOISE_SHARE = 0.01;

const quote: Operation = {
  name: 'interest.quote',
  method: 'GET',
  path: '/v1/accounts/:accountNo/interest',
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
    const path = `/v1/accounts/${accountOf(request)}/interest`;
    const basis = basisOf(primary);
    if (basis !== null) {
      const pin = new URLSearchParams(basis);
      return { method: 'GET', path: `${path}?${pin.toString()}`, isPinned: true };
    }
    // A failed primary is asked after to see whether the shadow lives; an unknown account has no state to move.
    if (primary === null || primary.status === 404) return { method: 'GET', path, isPinned: true };
    return primary.status === 200 ? { method: 'GET', path, isPinned: false } : null;
  },
};

/** Answers to a payout that a rehearsal cannot give: they say something of the request or the moment, not of the money. */
const NOT_REHEARSABLE = new Set(['REQUEST_IN_PROGRESS', 'BASIS_UNKNOWN']);

const payout: Operation = {
  name: 'interest.payout',
  method: 'POST',
  path: '/v1/accounts/:accountNo/interest-payouts',
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
      path: `/v1/accounts/${accountOf(request)}/interest-payouts/rehearsals`,
      body,
      isPinned: basisOf(primary) !== null || primary === null || primary.status === 404,
    };
  },
  after(request, primary, core) {
    // The legacy core knows nothing of the new core's cached quotes.
    if (core !== 'legacy' || primary.status !== 201) return [];
    const path = `/internal/v1/accounts/${accountOf(request)}/quote-cache/drops`;
    return [{ core: 'new', method: 'POST', path }];
  },
};

function isRehearsable(primary: Answer): boolean {
  if (primary.status === 200 || primary.status === 201 || primary.status === 404) return true;
  return primary.status === 409 && !NOT_REHEARSABLE.has(textAt(primary, '/code') ?? '');
}

function accountOf(request: GatewayRequest): string {
  return encodeURIComponent(request.params['accountNo'] ?? '');
}

/** The state the primary answered from; refusals name it too. */
function basisOf(answer: Answer | null): { businessDate: string; ledgerSeq: string } | null {
  if (answer === null) return null;
  const businessDate = textAt(answer, '/basis/businessDate');
  const ledgerSeq = textAt(answer, '/basis/ledgerSeq');
  return businessDate === null || ledgerSeq === null ? null : { businessDate, ledgerSeq };
}

function stateOf(answer: Answer): string | null {
  const basis = basisOf(answer);
  return basis === null ? null : `${basis.businessDate} ${basis.ledgerSeq}`;
}

/** What the customer asked for, and not what the primary made of it. */
function memoOf(request: GatewayRequest): string | undefined {
  if (request.body.length === 0) return undefined;
  const parsed = parse(request.body);
  const memo = parsed.ok ? valueAt(parsed.value, '/memo') : undefined;
  return typeof memo === 'string' ? memo : undefined;
}

function refusalOf(answer: Answer): string | null {
  const code = textAt(answer, '/code');
  return code === null ? null : `refused ${textAt(answer, '/reason') ?? code}`;
}

function textAt(answer: Answer, pointer: string): string | null {
  const value = valueAt(answer.json(), pointer);
  return typeof value === 'string' ? value : null;
}

/** The cell of the case space: what the shadow tells of the account, what happened, the taxes there were, and when. */
function stratumOf(_request: GatewayRequest, answer: Answer, { shadow, at }: Beside): Record<string, string> {
  const refusal = textAt(answer, '/refusal/reason') ?? textAt(answer, '/refusal/code');
  const taxes = (['incomeTax', 'localTax', 'farmTax'] as const).filter(
    (t) => (textAt(answer, `/${t}`) ?? '0') !== '0',
  );
  return {
    ...factsOf(shadow),
    ...momentOf(answer, at),
    outcome: refusalOf(answer) ?? (refusal === null ? 'payable' : `refused ${refusal}`),
    taxes: taxes.length === 0 ? 'none' : taxes.join('+'),
  };
}

/** Told by the new core to whoever has the service token; taken off whatever goes to a customer. */
const FACTS_HEADER = 'x-stratum';
const FACTS = ['product', 'tier', 'taxClass', 'customerStatus', 'accountStatus'] as const;

/** What nobody told is `unknown`, a cell of its own: the request is counted all the same. */
function factsOf(shadow: Answer | null): Record<string, string> {
  const told = new URLSearchParams((shadow?.headers[FACTS_HEADER] ?? '').replaceAll(';', '&'));
  return Object.fromEntries(FACTS.map((name) => [name, told.get(name) || 'unknown']));
}

/** Five minutes on both sides of midnight in Korea: what straddles the bank's day. */
const NEAR_MIDNIGHT_MS = 5 * 60_000;
const KST_AHEAD_MS = 9 * 3_600_000;
const DAY_MS = 86_400_000;

function momentOf(answer: Answer, at: Date): Record<string, string> {
  const sinceMidnight = (at.getTime() + KST_AHEAD_MS) % DAY_MS;
  const isNear = sinceMidnight < NEAR_MIDNIGHT_MS || sinceMidnight >= DAY_MS - NEAR_MIDNIGHT_MS;
  const day = textAt(answer, '/businessDate') ?? textAt(answer, '/basis/businessDate');
  return { midnight: isNear ? 'near' : 'far', day: day === null ? 'unknown' : kindOfDay(day) };
}

function kindOfDay(day: string): 'leap' | 'first' | 'last' | 'ordinary' {
  if (day.endsWith('-02-29')) return 'leap';
  if (day.endsWith('-01')) return 'first';
  return new Date(Date.parse(day) + DAY_MS).getUTCDate() === 1 ? 'last' : 'ordinary';
}

const PROBLEMS: Record<GatewayProblem, { code: string; status: number; title: string }> = {
  'not-found': { code: 'NOT_FOUND', status: 404, title: 'No such route' },
  malformed: { code: 'VALIDATION', status: 400, title: 'The request is not well formed' },
  'too-large': { code: 'PAYLOAD_TOO_LARGE', status: 413, title: 'The body is larger than 16 KiB' },
  unavailable: { code: 'UNAVAILABLE', status: 503, title: 'Temporarily unavailable' },
  'outcome-unknown': {
    code: 'OUTCOME_UNKNOWN',
    status: 504,
    title: 'The payout was sent and no answer came: ask again with the same key',
  },
  internal: { code: 'INTERNAL', status: 500, title: 'Unexpected fault' },
};

/** Problems of the contract (RFC 9457), for what the gateway must say by itself. */
function problem(kind: GatewayProblem): ProblemAnswer {
  const { code, status, title } = PROBLEMS[kind];
  const type = `urn:problem:interest:${code.toLowerCase().replaceAll('_', '-')}`;
  const headers: Record<string, string> = { 'content-type': 'application/problem+json; charset=utf-8' };
  if (kind === 'unavailable' || kind === 'outcome-unknown') headers['retry-after'] = '1';
  return { status, headers, body: JSON.stringify({ type, title, status, code }) };
}

export default {
  service: 'interest',
  flag: 'interest-payout',
  identity: {
    issuer: 'bank-auth',
    audience: 'interest-payout',
    algorithms: ['EdDSA'],
    subject: ({ sub }) => (typeof sub === 'string' && CUSTOMER_ID.test(sub) ? sub : null),
  },
  internalHeaders: ['on-behalf-of', FACTS_HEADER],
  credentials: (serviceToken, subject) => ({
    authorization: `Bearer ${serviceToken}`,
    ...(subject === null ? {} : { 'on-behalf-of': subject }),
  }),
  problem,
  operations: [quote, payout],
} satisfies OperationsFile;
