import { Answer, type GatewayRequest, type Operation } from '@core-exit/comparator';
import { expect, test } from 'vitest';
import operations from './operations.ts';

const [quote, payout] = operations.operations as [Operation, Operation];
const BASIS = { businessDate: '2026-11-20', ledgerSeq: '41' };

const answer = (status: number, body: object) =>
  new Answer(
    status,
    { 'content-type': status < 300 ? 'application/json' : 'application/problem+json' },
    Buffer.from(JSON.stringify(body)),
  );

const request = (body = ''): GatewayRequest => ({
  method: 'POST',
  path: '/v1/accounts/110000000012/interest-payouts',
  params: { accountNo: '110000000012' },
  headers: {},
  rawHeaders: [],
  body: Buffer.from(body),
  subject: 'C000000001',
});

test('the shadow gets the request for a quote at the basis of the primary', () => {
  expect(quote.shadow(request(), answer(200, { basis: BASIS }))).toEqual({
    method: 'GET',
    path: '/v1/accounts/110000000012/interest?businessDate=2026-11-20&ledgerSeq=41',
    isPinned: true,
  });
});

test('the request after a quote without a basis is not pinned', () => {
  expect(quote.shadow(request(), answer(200, {}))).toMatchObject({ isPinned: false });
});

test.each([200, 201])(
  'a payout answered %i is rehearsed at its basis, with the memo of the customer',
  (status) => {
    const shadow = payout.shadow(request('{"memo":"이자"}'), answer(status, { basis: BASIS, memo: 'wrong' }));
    expect(shadow).toMatchObject({
      path: '/v1/accounts/110000000012/interest-payouts/rehearsals',
      isPinned: true,
    });
    expect(JSON.parse(shadow?.body ?? '')).toEqual({ basis: BASIS, memo: '이자' });
  },
);

test.each(['NOT_ELIGIBLE', 'ALREADY_PAID_TODAY', 'NOTHING_TO_PAY'])(
  'a refusal %s is rehearsed at its basis',
  (code) => {
    const shadow = payout.shadow(request(), answer(409, { code, basis: BASIS }));
    expect(JSON.parse(shadow?.body ?? '')).toEqual({ basis: BASIS });
  },
);

test.each([
  [400, 'VALIDATION'],
  [401, 'UNAUTHENTICATED'],
  [409, 'REQUEST_IN_PROGRESS'],
  [422, 'IDEMPOTENCY_KEY_REUSED'],
  [429, 'RATE_LIMITED'],
])('%i %s cannot be rehearsed', (status, code) => {
  expect(payout.shadow(request(), answer(status, { code }))).toBeNull();
});

test('after an unknown account or a failed primary the request has no basis', () => {
  expect(payout.shadow(request(), answer(404, { code: 'ACCOUNT_NOT_FOUND' }))).toMatchObject({ body: '{}' });
  expect(payout.shadow(request(), null)).toMatchObject({ body: '{}' });
  expect(quote.shadow(request(), null)).toMatchObject({ path: '/v1/accounts/110000000012/interest' });
});

test('no request for the shadow can pay', () => {
  for (const primary of [
    null,
    answer(201, { basis: BASIS }),
    answer(404, {}),
    answer(409, { code: 'SEIZED' }),
  ]) {
    const shadow = payout.shadow(request(), primary);
    expect(shadow?.path).toMatch(/\/rehearsals$/);
  }
});

test('an account number cannot change the route of the shadow', () => {
  const odd = { ...request(), params: { accountNo: '../../internal' } };
  expect(quote.shadow(odd, answer(200, { basis: BASIS }))?.path).toMatch(
    /^\/v1\/accounts\/\.\.%2F\.\.%2Finternal\//,
  );
});

test('a payout of the legacy core makes the new core drop its quote; a refusal and a replay do not', () => {
  const drops = (status: number, core: 'legacy' | 'new') =>
    payout.after?.(request(), answer(status, {}), core);
  expect(drops(201, 'legacy')).toEqual([
    { core: 'new', method: 'POST', path: '/internal/v1/accounts/110000000012/quote-cache/drops' },
  ]);
  expect([drops(201, 'new'), drops(200, 'legacy'), drops(409, 'legacy')]).toEqual([[], [], []]);
});

test('outcomes and strata name what happened and no person', () => {
  const refused = answer(409, { code: 'NOT_ELIGIBLE', reason: 'SEIZED' });
  expect(payout.outcome(refused)).toBe('refused SEIZED');
  expect(payout.outcome(answer(201, {}))).toBe('paid');
  expect(quote.outcome(answer(200, {}))).toBeNull();
  const beside = { shadow: null, at: new Date('2026-11-20T03:00:00Z') };
  expect(quote.stratum(request(), refused, beside)).toMatchObject({
    outcome: 'refused SEIZED',
    taxes: 'none',
  });
  const paid = answer(201, { incomeTax: '380', localTax: '30', farmTax: '0' });
  expect(payout.stratum(request(), paid, beside)).toMatchObject({
    outcome: 'payable',
    taxes: 'incomeTax+localTax',
  });
});

test('the stratum of an account is the header of the shadow; an absent dimension is unknown', () => {
  const header =
    'product=DD%3B365;tier=2;taxClass=resident;customerStatus=active;accountStatus=active;other=1';
  const shadow = new Answer(200, { 'x-stratum': header }, new Uint8Array());
  const at = new Date('2026-11-20T03:00:00Z');
  const moment = { outcome: 'payable', taxes: 'none', midnight: 'far', day: 'unknown' };
  expect(quote.stratum(request(), answer(200, {}), { shadow, at })).toEqual({
    ...moment,
    product: 'DD;365',
    tier: '2',
    taxClass: 'resident',
    customerStatus: 'active',
    accountStatus: 'active',
  });
  const unknown = { product: 'unknown', tier: 'unknown', taxClass: 'unknown' };
  const statuses = { customerStatus: 'unknown', accountStatus: 'unknown' };
  for (const silent of [null, new Answer(200, {}, new Uint8Array())]) {
    expect(quote.stratum(request(), answer(200, {}), { shadow: silent, at })).toEqual({
      ...moment,
      ...unknown,
      ...statuses,
    });
  }
});

test.each([
  ['2026-11-20T14:54:59.999Z', '2026-11-20', { midnight: 'far', day: 'ordinary' }],
  ['2026-11-20T14:55:00.000Z', '2026-11-30', { midnight: 'near', day: 'last' }],
  ['2026-11-20T15:04:59.999Z', '2026-12-01', { midnight: 'near', day: 'first' }],
  ['2026-11-20T15:05:00.000Z', '2028-02-28', { midnight: 'far', day: 'ordinary' }],
  ['2026-11-20T00:00:00.000Z', '2028-02-29', { midnight: 'far', day: 'leap' }],
  ['2026-11-20T00:00:00.000Z', '2027-02-28', { midnight: 'far', day: 'last' }],
])('a comparison at %s on the business date %s has the dimensions %j', (at, businessDate, dimensions) => {
  const beside = { shadow: null, at: new Date(at) };
  expect(payout.stratum(request(), answer(201, { businessDate }), beside)).toMatchObject(dimensions);
  const refused = answer(409, { code: 'NOTHING_TO_PAY', basis: { businessDate, ledgerSeq: '1' } });
  expect(payout.stratum(request(), refused, beside)).toMatchObject(dimensions);
});

test('the service token acts for the customer, and only customers are subjects', () => {
  expect(operations.credentials('token', 'C000000001')).toEqual({
    authorization: 'Bearer token',
    'on-behalf-of': 'C000000001',
  });
  expect(operations.internalHeaders).toContain('on-behalf-of');
  for (const sub of ['gateway', 'operator', '', undefined, 5])
    expect(operations.identity.subject({ sub })).toBeNull();
});

test('the problems of the gateway are those of the contract', () => {
  const { status, headers, body } = operations.problem('outcome-unknown');
  expect(status).toBe(504);
  expect(headers).toMatchObject({
    'content-type': expect.stringContaining('application/problem+json'),
    'retry-after': '1',
  });
  expect(JSON.parse(body)).toMatchObject({
    code: 'OUTCOME_UNKNOWN',
    status: 504,
    type: 'urn:problem:interest:outcome-unknown',
  });
});

test('an answer and a refusal name their state; without a basis they name none', () => {
  const basis = { businessDate: '2026-11-20', ledgerSeq: '4' };
  for (const operation of [quote, payout]) {
    expect(operation.state?.(answer(200, { basis }))).toBe('2026-11-20 4');
    expect(operation.state?.(answer(409, { code: 'NOTHING_TO_PAY', basis }))).toBe('2026-11-20 4');
    expect(operation.state?.(answer(404, { code: 'ACCOUNT_NOT_FOUND' }))).toBeNull();
  }
});
