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

/** A gateway that asks the legacy core again for this share. */
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

async function ask(path = '/things/1', headers: Record<string, string> = {}): Promise<Response> {
  const answer = await fetch(gateway.url + path, { headers: { ...CUSTOMER, ...headers } });
  await tally.allSettled();
  await shadows.idle();
  return answer;
}

/** Answers the customer with one, and the noise baseline with another. */
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
  await ask();
  expect(pairs).toEqual([{ operation: 'thing.read', newDiffers, legacyDiffers }]);
  // One verdict, of the new core alone.
  expect([tally.requests, tally.verdicts.match + tally.verdicts.mismatch]).toEqual([1, 1]);
  expect(tally.verdicts.mismatch).toBe(newDiffers ? 1 : 0);
});

test('the legacy core is asked again as the gateway, by the question of the shadow', async () => {
  await start(1);
  await ask();
  expect(legacy.received).toHaveLength(2);
  expect(legacy.received[1]).toMatchObject({
    url: fresh.received[0]?.url,
    headers: { authorization: 'Service gateway-token', 'x-internal': 'C000000001' },
  });
});

test('without a share it is asked once, and so is one that is primary no longer', async () => {
  await start(undefined);
  await ask();
  expect([legacy.received.length, fresh.received.length, pairs]).toEqual([1, 1, []]);
  await gateway.stop();
  await start(1);
  gateway.rollout.enter('full');
  await ask();
  expect([legacy.received.length, fresh.received.length, pairs]).toEqual([2, 2, []]);
});

test('the trace id decides who is sampled', async () => {
  await start(0.25);
  const trace = (end: string) => ({ traceparent: `00-0af7651916cd43dd8448eb21${end}-b7ad6b7169203331-01` });
  await ask('/things/1', trace('3fffffff'));
  expect(pairs).toHaveLength(1);
  await ask('/things/1', trace('40000000'));
  expect(pairs).toHaveLength(1);
});

test('what came of no comparison, or of a state that may have moved, is not counted', async () => {
  await start(1);
  secondly(json(500, {}));
  await ask();
  expect([legacy.received.length, pairs]).toEqual([2, []]);
  legacy.behave(same);
  fresh.behave(FAULTS.resetting);
  await ask();
  fresh.behave(other);
  await ask('/things/unpinned');
  expect([tally.verdicts.shadow_error, tally.verdicts.raced, pairs]).toEqual([1, 1, []]);
  expect(legacy.received).toHaveLength(4);
});
