import { afterEach, beforeEach, expect, test } from 'vitest';
import { startGateway, type TestGateway } from '../../testing/running-gateway.ts';
import { thingRead, thingService } from '../../testing/thing-service.ts';
import { FAULTS, json, type Upstream, upstream } from '../../testing/upstream.ts';

let legacy: Upstream;
let fresh: Upstream;
let gateway: TestGateway;
const CUSTOMER = { authorization: 'Customer C000000001' };

beforeEach(async () => {
  [legacy, fresh] = await Promise.all([
    upstream(json(200, { amount: '99' })),
    upstream(json(200, { amount: '99' })),
  ]);
  gateway = await startGateway({ legacy: legacy.url, new: fresh.url });
});
afterEach(async () => {
  await gateway.stop();
  await Promise.all([legacy.close(), fresh.close()]);
});

const send = (
  path = '/things/1',
  init: Omit<RequestInit, 'headers'> & { headers?: Record<string, string> } = {},
) => fetch(gateway.url + path, { ...init, headers: { ...CUSTOMER, ...init.headers } });

const verdictsNow = async () => {
  await gateway.settled();
  return gateway.observations.map((o) => o.verdict);
};

test('two equal answers are a match, which counts for the stage of the request', async () => {
  await send();
  expect(await verdictsNow()).toEqual(['match']);
  expect(gateway.observations[0]).toMatchObject({
    operation: 'thing.read',
    decision: { primary: 'legacy', stage: 'shadow' },
    stratum: { size: 'small' },
    timings: [
      { core: 'legacy', role: 'primary' },
      { core: 'new', role: 'shadow' },
    ],
    record: null,
  });
});

test('an operation limits its answers: a longer one goes to the customer and is not compared', async () => {
  const operations = [{ ...thingRead, maxAnswerBytes: 1_000 }];
  const service = { ...thingService, operations };
  const other = await startGateway({ legacy: legacy.url, new: fresh.url }, { service });
  const read = async () => (await fetch(`${other.url}/things/1`, { headers: CUSTOMER })).json();
  const long = { amount: '99', text: 'x'.repeat(1_000) };
  fresh.behave(json(200, long));
  expect(await read()).toEqual({ amount: '99' });
  await other.settled();
  legacy.behave(json(200, long));
  expect(await read()).toEqual(long);
  await other.settled();
  expect(other.observations).toMatchObject([
    { verdict: 'shadow_error', record: { failure: { side: 'shadow', what: 'too-large' } } },
    { verdict: 'dropped', because: 'too-large' },
  ]);
  await other.stop();
});

test.each([
  ['fails', async () => Promise.reject(new Error('ended')), 'fault'],
  ['has no room', async () => 'full' as const, 'overload'],
])('long answers whose thread %s are dropped once', async (_, conclude, because) => {
  const thread = { conclude, close: async () => undefined };
  const other = await startGateway({ legacy: legacy.url, new: fresh.url }, { thread });
  fresh.behave(json(200, { amount: '98', text: 'x'.repeat(70_000) }));
  await (await fetch(`${other.url}/things/1`, { headers: CUSTOMER })).arrayBuffer();
  await other.settled();
  expect(other.observations).toMatchObject([{ verdict: 'dropped', because, timings: expect.any(Array) }]);
  await other.stop();
});

test('the differences of long answers are kept and masked, and their documents are not kept', async () => {
  const account = '110000000012';
  fresh.behave(json(200, { amount: '98', list: Array.from({ length: 8_000 }, () => account) }));
  await send();
  expect(await verdictsNow()).toEqual(['mismatch']);
  expect(gateway.observations[0]?.record).toMatchObject({
    differences: [
      { path: '/amount', left: '"99"', right: '"98"' },
      { path: '/list', kind: 'added', left: null, right: '"***"' },
    ],
    primary: { body: '{"amount":"99"}' },
    shadow: { body: null, bytes: expect.any(Number) as number },
  });
  expect(JSON.stringify(gateway.observations)).not.toContain(account);
});

test('a difference is a mismatch, which is kept with both answers, masked', async () => {
  fresh.behave(json(200, { amount: '98', account: '110000000012', holder: '홍길동' }));
  await send();
  expect(await verdictsNow()).toEqual(['mismatch']);
  const record = gateway.observations[0]?.record;
  expect(record?.signature?.parts).toEqual([
    '/account added field',
    '/amount changed off-by-one',
    '/holder added field',
  ]);
  expect(record?.differences[0]).toMatchObject({ path: '/amount', left: '"99"', right: '"98"' });
  expect(JSON.stringify(record)).not.toMatch(/110000000012|홍길동|C000000001/);
  expect(gateway.log.join()).not.toMatch(/110000000012|홍길동|C000000001|\/things\/1/);
});

test('the new core is the primary for customers in the share, and the legacy core is the shadow', async () => {
  gateway.rollout.enter('full');
  legacy.behave(json(200, { amount: '1' }));
  const answer = await send();
  expect(await answer.json()).toEqual({ amount: '99' });
  await gateway.settled();
  expect(gateway.observations[0]).toMatchObject({ decision: { primary: 'new' }, verdict: 'mismatch' });
});

test('each core gets one request', async () => {
  fresh.behave(FAULTS.resetting);
  legacy.behave(json(500, {}));
  await send();
  await gateway.settled();
  expect([legacy.received.length, fresh.received.length]).toEqual([1, 1]);
});

test('the answer of the primary arrives byte by byte, with its headers', async () => {
  const bytes = ' {"amount":99.00,\r\n "amount2": 9007199254740993 } ';
  legacy.behave((response) => {
    response.setHeader('set-cookie', ['a=1', 'b=2']);
    response.writeHead(203, 'Odd', {
      'content-type': 'application/json',
      'x-own': '1',
      connection: 'x-hop',
      'x-hop': '1',
    });
    response.write(bytes.slice(0, 5));
    response.end(bytes.slice(5));
  });
  const answer = await send();
  expect(answer.status).toBe(203);
  expect(await answer.text()).toBe(bytes);
  expect(answer.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
  expect(answer.headers.get('x-own')).toBe('1');
  expect(answer.headers.get('x-hop')).toBeNull();
});

test('the primary gets the customer’s request as it came, and the shadow gets the credentials of the gateway', async () => {
  const headers = {
    'idempotency-key': 'k-12345678',
    'x-internal': 'forged',
    'content-type': 'application/json',
  };
  await send('/things/1/orders?x=%2F', { method: 'POST', body: '{"n": 1}', headers });
  await gateway.settled();
  const [order] = legacy.received;
  expect(order).toMatchObject({ method: 'POST', url: '/things/1/orders?x=%2F', body: '{"n": 1}' });
  expect(order?.headers).toMatchObject({
    authorization: CUSTOMER.authorization,
    'idempotency-key': 'k-12345678',
  });
  expect(order?.headers).not.toHaveProperty('x-internal');
  const rehearsal = fresh.received.find((r) => r.url.endsWith('/rehearsals'));
  expect(rehearsal?.body).toBe('{"dry":true}');
  expect(rehearsal?.headers).toMatchObject({
    authorization: 'Service gateway-token',
    'x-internal': 'C000000001',
  });
  expect(rehearsal?.headers).not.toHaveProperty('idempotency-key');
});

test('both cores get one trace, which is the customer’s if there is one', async () => {
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  await send('/things/1', { headers: { traceparent } });
  await send('/things/2', { headers: { traceparent: 'nonsense' } });
  await gateway.settled();
  expect(legacy.received[0]?.headers['traceparent']).toBe(traceparent);
  expect(fresh.received[0]?.headers['traceparent']).toBe(traceparent);
  expect(legacy.received[1]?.headers['traceparent']).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
  expect(fresh.received[1]?.headers['traceparent']).toBe(legacy.received[1]?.headers['traceparent']);
});

test('after an order on the legacy core the new core gets a follow-up', async () => {
  await send('/things/1/orders', { method: 'POST' });
  await gateway.settled();
  expect(fresh.received.map((r) => r.url)).toContain('/things/1/orders/drops');
});

test('a read of a dead primary is answered 503, and the shadow shows that the other core answers', async () => {
  await legacy.close();
  const answer = await send();
  expect([answer.status, await answer.json()]).toEqual([503, { kind: 'unavailable' }]);
  expect(await verdictsNow()).toEqual(['primary_error']);
});

test('a write that never reached the dead primary is unavailable, not unknown', async () => {
  await legacy.close();
  expect((await send('/things/1/orders', { method: 'POST' })).status).toBe(503);
});

test('a write that was sent and not answered is unknown and is not sent again', async () => {
  legacy.behave(FAULTS.resetting);
  const answer = await send('/things/1/orders', { method: 'POST' });
  expect([answer.status, await answer.json()]).toEqual([504, { kind: 'outcome-unknown' }]);
  await gateway.settled();
  expect(legacy.received).toHaveLength(1);
  expect(gateway.observations[0]?.verdict).toBe('primary_error');
});

test('two failed cores are both_failed', async () => {
  legacy.behave(json(502, {}));
  fresh.behave(FAULTS.resetting);
  expect((await send()).status).toBe(502);
  expect(await verdictsNow()).toEqual(['both_failed']);
});

test('without a customer only the legacy core gets the request, which is unsampled', async () => {
  gateway.rollout.enter('full');
  legacy.behave(json(401, { code: 'UNAUTHENTICATED' }));
  const answer = await fetch(`${gateway.url}/things/1`);
  expect(answer.status).toBe(401);
  expect(await verdictsNow()).toEqual(['unsampled']);
  expect(fresh.received).toHaveLength(0);
});

test('a request without a request for the shadow is unsampled', async () => {
  legacy.behave(json(418, {}));
  await send();
  expect(await verdictsNow()).toEqual(['unsampled']);
});

test('a difference of a request that could not be pinned is raced, not a mismatch', async () => {
  fresh.behave(json(200, { amount: '1' }));
  await send('/things/unpinned');
  expect(await verdictsNow()).toEqual(['raced']);
});

test('a fault of the operations file loses the comparison and nothing else', async () => {
  await gateway.stop();
  const broken = {
    ...thingRead,
    shadow: () => {
      throw new Error('planted');
    },
  };
  gateway = await startGateway(
    { legacy: legacy.url, new: fresh.url },
    { service: { ...thingService, operations: [broken] } },
  );
  expect((await send()).status).toBe(200);
  expect(await verdictsNow()).toEqual(['dropped']);
  expect(gateway.log.join()).toContain('correct its shadow()');
});

test('a stratum that fails loses the comparison and nothing else', async () => {
  await gateway.stop();
  const broken = {
    ...thingRead,
    stratum: () => {
      throw new Error('planted');
    },
  };
  gateway = await startGateway(
    { legacy: legacy.url, new: fresh.url },
    { service: { ...thingService, operations: [broken] } },
  );
  expect((await send()).status).toBe(200);
  expect(await verdictsNow()).toEqual(['dropped']);
});

test('the gateway itself answers 404 for an unknown route and 413 for a body that is too large', async () => {
  expect((await send('/internal/v1/anything')).status).toBe(404);
  expect((await send('/things/1/orders', { method: 'HEAD' })).status).toBe(404);
  const huge = await send('/things/1/orders', { method: 'POST', body: 'x'.repeat(70_000) });
  expect(huge.status).toBe(413);
  expect(legacy.received).toHaveLength(0);
});

test('a customer who leaves stops neither the order nor its comparison', async () => {
  let release: () => void = () => undefined;
  legacy.behave((response, request) => {
    release = () => json(200, { amount: '99' })(response, request);
  });
  const leaving = new AbortController();
  const left = send('/things/1/orders', { method: 'POST', signal: leaving.signal }).catch(() => 'left');
  await expect.poll(() => legacy.received.length).toBe(1);
  leaving.abort();
  expect(await left).toBe('left');
  release();
  expect(await verdictsNow()).toEqual(['match']);
});
