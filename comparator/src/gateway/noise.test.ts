import { afterEach, beforeEach, expect, test } from 'vitest';
import { startGateway, type TestGateway } from '../../testing/running-gateway.ts';
import { thingRead, thingService } from '../../testing/thing-service.ts';
import { type Behaviour, FAULTS, json, type Upstream, upstream } from '../../testing/upstream.ts';
import { Tally } from '../store/tally.ts';
import type { NoisePair } from '../verdict/noise.ts';
import { BoundedSemaphore } from './bounded-semaphore.ts';

const CUSTOMER = { authorization: 'Customer C000000001' };
const same = json(200, { amount: '99' });
const other = json(200, { amount: '98' });

let legacy: Upstream;
let fresh: Upstream;
let gateway: TestGateway;
let pairs: NoisePair[];
let tally: Tally;
let shadows: BoundedSemaphore;

beforeEach(async () => {
  [legacy, fresh] = await Promise.all([upstream(same), upstream(same)]);
});
afterEach(async () => {
  await gateway.stop();
  await Promise.all([legacy.close(), fresh.close()]);
});

/** A gateway that sends this share of the requests to the legacy core again. */
async function start(noiseShare: number | undefined): Promise<void> {
  pairs = [];
  tally = new Tally();
  shadows = new BoundedSemaphore(4, 8);
  const operation = noiseShare === undefined ? thingRead : { ...thingRead, noiseShare };
  gateway = await startGateway(
    { legacy: legacy.url, new: fresh.url },
    {
      service: { ...thingService, operations: [operation] },
      shadows,
      recorder: {
        requested: () => tally.requested(),
        settled: (observation) => tally.settled(observation),
        noise: (pair) => void pairs.push(pair),
      },
    },
  );
}

async function send(path = '/things/1', headers: Record<string, string> = {}): Promise<Response> {
  const answer = await fetch(gateway.url + path, { headers: { ...CUSTOMER, ...headers } });
  await tally.allSettled();
  await shadows.idle();
  return answer;
}

/** The legacy core answers the customer with `same`, and the repeated request with another behaviour. */
const secondly = (again: Behaviour) => {
  legacy.behave((response, request) => (legacy.received.length === 1 ? same : again)(response, request));
};

test.each([
  ['neither differs', same, same, false, false],
  ['only the new core differs', same, other, false, true],
  ['only the legacy core differs from itself', other, same, true, false],
  ['both differ', other, other, true, true],
])('%s', async (_what, again, candidate, legacyDiffers, newDiffers) => {
  await start(1);
  secondly(again);
  fresh.behave(candidate);
  await send();
  expect(pairs).toEqual([{ operation: 'thing.read', newDiffers, legacyDiffers }]);
  // One verdict, of the comparison with the new core.
  expect([tally.requests, tally.verdicts.match + tally.verdicts.mismatch]).toEqual([1, 1]);
  expect(tally.verdicts.mismatch).toBe(newDiffers ? 1 : 0);
});

test('the legacy core gets the request of the shadow, with the credentials of the gateway', async () => {
  await start(1);
  await send();
  expect(legacy.received).toHaveLength(2);
  expect(legacy.received[1]).toMatchObject({
    url: fresh.received[0]?.url,
    headers: { authorization: 'Service gateway-token', 'x-internal': 'C000000001' },
  });
});

test('without a share, or as the shadow, the legacy core gets one request', async () => {
  await start(undefined);
  await send();
  expect([legacy.received.length, fresh.received.length, pairs]).toEqual([1, 1, []]);
  await gateway.stop();
  await start(1);
  gateway.rollout.enter('full');
  await send();
  expect([legacy.received.length, fresh.received.length, pairs]).toEqual([2, 2, []]);
});

test('the trace id decides which requests are sampled', async () => {
  await start(0.25);
  const trace = (end: string) => ({ traceparent: `00-0af7651916cd43dd8448eb21${end}-b7ad6b7169203331-01` });
  await send('/things/1', trace('3fffffff'));
  expect(pairs).toHaveLength(1);
  await send('/things/1', trace('40000000'));
  expect(pairs).toHaveLength(1);
});

test('a pair without a comparison, or from a state that may have changed, does not count', async () => {
  await start(1);
  secondly(json(500, {}));
  await send();
  expect([legacy.received.length, pairs]).toEqual([2, []]);
  legacy.behave(same);
  fresh.behave(FAULTS.resetting);
  await send();
  fresh.behave(other);
  await send('/things/unpinned');
  expect([tally.verdicts.shadow_error, tally.verdicts.raced, pairs]).toEqual([1, 1, []]);
  expect(legacy.received).toHaveLength(4);
});
