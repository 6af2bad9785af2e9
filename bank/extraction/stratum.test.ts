import { json, startGateway, type TestGateway, type Upstream, upstream } from '@core-exit/comparator/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import operations from './operations.ts';

const FACTS = 'product=DD365;tier=2;taxClass=resident;customerStatus=active;accountStatus=active';
const QUOTE = '/v1/accounts/110000000012/interest';

/** A core that tells the facts to everybody: whatever a core does wrong, the gateway must not pass them on. */
function talkative(status: number, body: object): Parameters<typeof upstream>[0] {
  return (response, received) => {
    response.setHeader('x-stratum', FACTS);
    response.setHeader('X-STRATUM', FACTS);
    return json(status, body)(response, received);
  };
}

let legacy: Upstream;
let fresh: Upstream;
let gateway: TestGateway;
beforeEach(async () => {
  [legacy, fresh] = await Promise.all([
    upstream(talkative(200, { gross: '9' })),
    upstream(talkative(200, { gross: '9' })),
  ]);
  gateway = await startGateway({ legacy: legacy.url, new: fresh.url }, { service: operations });
});
afterEach(async () => {
  await gateway.stop();
  await Promise.all([legacy.close(), fresh.close()]);
});

const ask = (path: string, init: RequestInit = {}) =>
  fetch(gateway.url + path, { ...init, headers: { authorization: 'Customer C000000001' } });

test.each([
  ['shadow', 200],
  ['shadow', 409],
  ['full', 200],
  ['full', 409],
] as const)('no customer sees the facts of an account: stage %s, status %i', async (stage, status) => {
  gateway.rollout.enter(stage);
  for (const core of [legacy, fresh])
    core.behave(talkative(status, { code: 'NOT_ELIGIBLE', reason: 'SEIZED' }));
  for (const [path, method] of [
    [QUOTE, 'GET'],
    [`${QUOTE}-payouts`, 'POST'],
  ] as const) {
    const answer = await ask(path, { method });
    expect(answer.status).toBe(status);
    expect([...answer.headers.keys()]).not.toContain('x-stratum');
  }
});

test('the shadow is asked with the service token, and its facts are the cell the verdict is counted in', async () => {
  await ask(QUOTE);
  await gateway.settled();
  expect(fresh.received[0]?.headers.authorization).toBe('Bearer gateway-token');
  expect(gateway.observations[0]).toMatchObject({
    verdict: 'match',
    stratum: { product: 'DD365', tier: '2', taxClass: 'resident', customerStatus: 'active' },
  });
});

test('a shadow that fails is counted among the unknown', async () => {
  fresh.behave(json(500, {}));
  await ask(QUOTE);
  await gateway.settled();
  expect(gateway.observations[0]).toMatchObject({ verdict: 'shadow_error', stratum: { product: 'unknown' } });
});
