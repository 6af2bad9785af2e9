import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startGateway, type TestGateway } from '../../testing/running-gateway.ts';
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

/** Median time of several requests, in milliseconds. */
async function medianMs(times: number): Promise<number> {
  const all: number[] = [];
  for (let i = 0; i < times; i += 1) {
    const started = performance.now();
    await (await send()).arrayBuffer();
    all.push(performance.now() - started);
  }
  return all.sort((a, b) => a - b)[Math.floor(times / 2)] as number;
}

const verdictsNow = async () => {
  await gateway.settled();
  return gateway.observations.map((o) => o.verdict);
};

const EXPECTED: Record<keyof typeof FAULTS, string> = {
  slow: 'shadow_timeout',
  hanging: 'shadow_timeout',
  resetting: 'shadow_error',
  'resetting in the middle': 'shadow_error',
  'answering 500': 'shadow_error',
  'answering truncated JSON': 'shadow_error',
  'answering a key twice': 'shadow_error',
  'answering 50 MB': 'shadow_error',
  'dripping bytes': 'shadow_timeout',
  'refusing the gateway': 'shadow_error',
  'answering a megabyte of wholly different JSON': 'mismatch',
  'answering HTML': 'mismatch',
};

test.each(Object.keys(FAULTS) as (keyof typeof FAULTS)[])(
  'a shadow that is %s changes nothing for the customer',
  { timeout: 15_000 },
  async (fault) => {
    gateway.rollout.enter('off');
    await medianMs(5);
    const without = await medianMs(9);
    gateway.rollout.enter('shadow');
    fresh.behave(FAULTS[fault]);
    const answer = await send();
    expect([answer.status, await answer.text()]).toEqual([200, '{"amount":"99"}']);
    const withShadow = await medianMs(9);
    // A shadow that delays the customer would cost its deadline of 400 ms; the bound leaves room for a busy machine.
    // `npm run bench -- shadow` measures p50 and p99 with shadows in processes of their own.
    expect(withShadow).toBeLessThan(without + 150);
    const verdicts = new Set((await verdictsNow()).slice(14));
    expect([...verdicts]).toEqual([EXPECTED[fault]]);
  },
);

/** Memory in use after a full garbage collection. */
function memoryInUse(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  for (let i = 0; i < 2; i += 1) collect(); // the second returns the memory of buffers that the first found free
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/** Four permits and a queue of eight, each with two answers of at most a megabyte, read and masked. */
const MEMORY_BOUND_BYTES = 64 * 1024 * 1024;

test.each([
  'answering 50 MB',
  'answering a megabyte of wholly different JSON',
  'hanging',
  'dripping bytes',
] as const)(
  'a shadow that is %s takes a bounded part of the memory, during the fault and afterwards',
  { timeout: 30_000 },
  async (fault) => {
    fresh.behave(FAULTS[fault]);
    const round = async () => {
      for (let i = 0; i < 40; i += 1) expect((await send()).status).toBe(200);
      const during = memoryInUse();
      await gateway.settled();
      gateway.observations.length = 0; // a store would have written them
      return during;
    };
    await round();
    const before = memoryInUse();
    expect((await round()) - before).toBeLessThan(MEMORY_BOUND_BYTES);
    for (let i = 0; i < 3; i += 1) await round();
    expect(memoryInUse() - before).toBeLessThan(MEMORY_BOUND_BYTES / 8);
  },
);

test('a dead shadow is a shadow_error, and no customer waits for it', async () => {
  await fresh.close();
  const answer = await send();
  expect(answer.status).toBe(200);
  expect(await verdictsNow()).toEqual(['shadow_error']);
  expect(gateway.observations[0]?.record?.shadow?.failure).toBe('unreachable');
});

test('a shadow whose TLS fails is a shadow_error, and no customer waits for it', async () => {
  const other = await startGateway({ legacy: legacy.url, new: fresh.url.replace('http:', 'https:') });
  const answer = await fetch(`${other.url}/things/1`, { headers: CUSTOMER });
  expect(answer.status).toBe(200);
  await other.settled();
  expect(other.observations.map(({ verdict }) => verdict)).toEqual(['shadow_error']);
  await other.stop();
});

test('hanging shadows beyond permits and queue are dropped at once and counted', {
  timeout: 15_000,
}, async () => {
  fresh.behave(FAULTS.hanging);
  const answers = await Promise.all(Array.from({ length: 30 }, () => send()));
  expect(answers.every((answer) => answer.status === 200)).toBe(true);
  await expect.poll(() => gateway.tally.verdicts.dropped).toBe(30 - 4 - 8);
  fresh.behave(json(200, { amount: '99' }));
  await verdictsNow();
  expect(gateway.tally.requests).toBe(30);
  expect(gateway.tally.settledCount).toBe(30);
});
