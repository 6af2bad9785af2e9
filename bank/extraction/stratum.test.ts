import { json, startGateway, type TestGateway, type Upstream, upstream } from '@core-exit/comparator/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import operations from './operations.ts';

const STRATUM = 'product=DD365;tier=2;taxClass=resident;customerStatus=active;accountStatus=active';
const QUOTE = '/v1/accounts/110000000012/interest';

/** A core that sends the stratum to every caller; the gateway must not pass the header on. */
function sendingStratum(status: number, body: object): Parameters<typeof upstream>[0] {
  return (response, received) => {
    response.setHeader('x-stratum', STRATUM);
    response.setHeader('X-STRATUM', STRATUM);
    return json(status, body)(response, received);
  };
}

let legacy: Upstream;
let fresh: Upstream;
let gateway: TestGateway;
beforeEach(async () => {
  [legacy, fresh] = await Promise.all([
    upstream(sendingStratum(200, { gross: '9' })),
    upstream(sendingStratum(200, { gross: '9' })),
  ]);
  gateway = await startGateway({ legacy: legacy.url, new: fresh.url }, { service: operations });
});
afterEach(async () => {
  await gateway.stop();
  await Promise.all([legacy.close(), fresh.close()]);
});

const send = (path: string, init: RequestInit = {}) =>
  fetch(gateway.url + path, { ...init, headers: { authorization: 'Customer C000000001' } });

test.each([
  ['shadow', 200],
  ['shadow', 409],
  ['full', 200],
  ['full', 409],
] as const)('no customer gets the stratum of an account: stage %s, status %i', async (stage, status) => {
  gateway.rollout.enter(stage);
  for (const core of [legacy, fresh])
    core.behave(sendingStratum(status, { code: 'NOT_ELIGIBLE', reason: 'SEIZED' }));
  for (const [path, method] of [
    [QUOTE, 'GET'],
    [`${QUOTE}-payouts`, 'POST'],
  ] as const) {
    const answer = await send(path, { method });
    expect(answer.status).toBe(status);
    expect([...answer.headers.keys()]).not.toContain('x-stratum');
  }
});

test('the shadow gets the service token, and its header is the stratum of the verdict', async () => {
  await send(QUOTE);
  await gateway.settled();
  expect(fresh.received[0]?.headers.authorization).toBe('Bearer gateway-token');
  expect(gateway.observations[0]).toMatchObject({
    verdict: 'match',
    stratum: { product: 'DD365', tier: '2', taxClass: 'resident', customerStatus: 'active' },
  });
});

test('a failed shadow counts for the stratum unknown', async () => {
  fresh.behave(json(500, {}));
  await send(QUOTE);
  await gateway.settled();
  expect(gateway.observations[0]).toMatchObject({ verdict: 'shadow_error', stratum: { product: 'unknown' } });
});
