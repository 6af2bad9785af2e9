import { once } from 'node:events';
import { Agent, type IncomingMessage, request } from 'node:http';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startGateway, type TestGateway } from '../../testing/running-gateway.ts';
import { json, type Upstream, upstream } from '../../testing/upstream.ts';
import { BoundedSemaphore } from './bounded-semaphore.ts';
import { MAX_REQUESTS_UNDER_WAY, SHED_SHADOWS_AT } from './server.ts';

let legacy: Upstream;
let fresh: Upstream;
let gateway: TestGateway;
let agent: Agent;

beforeEach(async () => {
  agent = new Agent({ keepAlive: true, maxSockets: 5_000 });
  [legacy, fresh] = await Promise.all([
    upstream(json(200, { amount: '99' })),
    upstream(json(200, { amount: '99' })),
  ]);
  gateway = await startGateway({ legacy: legacy.url, new: fresh.url });
});
afterEach(async () => {
  agent.destroy();
  await gateway.stop();
  await Promise.all([legacy.close(), fresh.close()]);
});

type Sent = { method?: string; path?: string; headers?: Record<string, string> };

/** A request as a plain client sends it; the answer from its headers on. */
function send({ method = 'GET', path = '/things/1', headers = {} }: Sent = {}) {
  const all = { authorization: 'Customer C000000001', ...headers };
  const outgoing = request(gateway.url + path, { method, headers: all, agent });
  const answer = once(outgoing, 'response').then(([message]) => message as IncomingMessage);
  outgoing.on('error', () => undefined);
  outgoing.end();
  return { outgoing, answer };
}

async function bodyOf(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

const verdicts = async () => {
  await gateway.settled();
  return gateway.observations.map(({ verdict, because }) =>
    because === null ? verdict : `${verdict} ${because}`,
  );
};

test('bytes reach the customer as they come, before the answer is complete', async () => {
  let finish: () => void = () => undefined;
  legacy.behave((response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.write('{"amount"');
    finish = () => response.end(':"99"}');
  });
  const message = await send().answer;
  const [first] = (await once(message, 'data')) as [Buffer];
  expect(first.toString()).toBe('{"amount"');
  finish();
  expect((await bodyOf(message)).toString()).toBe(':"99"}');
  expect(await verdicts()).toEqual(['match']);
});

test('headers reach the customer before the body comes', async () => {
  let finish: () => void = () => undefined;
  legacy.behave((response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.flushHeaders();
    finish = () => response.end('{"amount":"99"}');
  });
  const message = await send().answer;
  expect(message.statusCode).toBe(200);
  finish();
  await bodyOf(message);
  expect(await verdicts()).toEqual(['match']);
});

test('an answer that is too long to be compared passes whole, and counts as dropped with its reason', async () => {
  const big = Buffer.alloc(8 * 1024 * 1024, 'x');
  legacy.behave((response) => response.writeHead(200, { 'content-type': 'application/json' }).end(big));
  const body = await bodyOf(await send().answer);
  expect(body.equals(big)).toBe(true);
  expect(await verdicts()).toEqual(['dropped too-large']);
  expect(fresh.received).toHaveLength(0);
});

test('a customer who reads slowly slows the primary down and fills no memory', {
  timeout: 20_000,
}, async () => {
  const big = Buffer.alloc(48 * 1024 * 1024, 'x');
  let sent = 0;
  legacy.behave((response) => {
    response.writeHead(200, { 'content-type': 'text/plain' });
    const more = (): void => {
      while (sent < big.length && response.write(big.subarray(sent, sent + 65_536))) sent += 65_536;
      if (sent >= big.length) response.end();
      else {
        sent += 65_536;
        response.once('drain', more);
      }
    };
    more();
  });
  const message = await send().answer;
  message.pause();
  let before = -1;
  await expect
    .poll(
      () => {
        const isStill = sent === before;
        before = sent;
        return isStill;
      },
      { interval: 200, timeout: 5_000 },
    )
    .toBe(true);
  expect(sent).toBeLessThan(big.length / 2);
  message.resume();
  expect((await bodyOf(message)).length).toBe(big.length);
  expect(await verdicts()).toEqual(['dropped too-large']);
});

test('an answer that ends in the middle does not look complete to the customer', async () => {
  legacy.behave((response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.write('{"amount"');
    setTimeout(() => response.socket?.resetAndDestroy(), 20);
  });
  const message = await send().answer;
  await expect(bodyOf(message)).rejects.toThrow('aborted');
  expect(await verdicts()).toEqual(['primary_error']);
});

test.each([
  ['gzip', gzipSync],
  ['br', brotliCompressSync],
] as const)('an answer in %s passes as it is and is compared decompressed', async (name, compress) => {
  const bytes = compress(Buffer.from('{"amount":"98"}'));
  legacy.behave((response, { headers }) => {
    expect(headers['accept-encoding']).toBe(name);
    response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': name }).end(bytes);
  });
  const message = await send({ headers: { 'accept-encoding': name } }).answer;
  expect(message.headers['content-encoding']).toBe(name);
  expect((await bodyOf(message)).equals(bytes)).toBe(true);
  expect(await verdicts()).toEqual(['mismatch']);
  expect(gateway.observations[0]?.record?.differences[0]).toMatchObject({ path: '/amount', left: '"98"' });
});

test.each([
  ['a bomb', 'gzip', gzipSync(Buffer.alloc(64 * 1024 * 1024)), 'dropped too-large'],
  ['no gzip at all', 'gzip', Buffer.from('plain'), 'dropped encoding'],
  ['unknown', 'compress', Buffer.from('plain'), 'dropped encoding'],
])('an answer whose encoding is %s is counted, not silently skipped', async (_what, name, bytes, verdict) => {
  legacy.behave((response) =>
    response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': name }).end(bytes),
  );
  expect((await bodyOf(await send().answer)).equals(bytes)).toBe(true);
  expect(await verdicts()).toEqual([verdict]);
});

test('without a comparison a compressed answer is not decompressed and counts without a stratum', async () => {
  const broken = Buffer.from('not gzip');
  legacy.behave((response) =>
    response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' }).end(broken),
  );
  gateway.rollout.enter('off');
  expect((await bodyOf(await send().answer)).equals(broken)).toBe(true);
  expect(await verdicts()).toEqual(['unsampled']);
  const full = await startGateway(
    { legacy: legacy.url, new: fresh.url },
    { shadows: new BoundedSemaphore(0, 0) },
  );
  const headers = { authorization: 'Customer C000000001' };
  const answer = await fetch(`${full.url}/things/1`, { headers });
  await answer.body?.cancel();
  await full.settled();
  expect(full.observations).toMatchObject([{ verdict: 'dropped', because: 'overload', stratum: {} }]);
  await full.stop();
});

test('a follow-up is sent after a compressed answer, also without a comparison', async () => {
  gateway.rollout.enter('off');
  const bytes = gzipSync(Buffer.from('{"amount":"99"}'));
  legacy.behave((response) =>
    response.writeHead(201, { 'content-type': 'application/json', 'content-encoding': 'gzip' }).end(bytes),
  );
  await bodyOf(await send({ method: 'POST', path: '/things/1/orders' }).answer);
  await gateway.settled();
  expect(fresh.received.map(({ url }) => url)).toEqual(['/things/1/orders/drops']);
});

test('a HEAD has the length of the answer, no body, and nothing to compare', async () => {
  legacy.behave((response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '4711' }).end();
  });
  const message = await send({ method: 'HEAD' }).answer;
  expect([message.statusCode, message.headers['content-length']]).toEqual([200, '4711']);
  expect(await bodyOf(message)).toHaveLength(0);
  expect(legacy.received[0]?.method).toBe('HEAD');
  expect(await verdicts()).toEqual(['unsampled']);
});

test('a 304 passes without a body and is not compared', async () => {
  legacy.behave((response) => response.writeHead(304, { etag: '"v1"' }).end());
  const message = await send({ headers: { 'if-none-match': '"v1"' } }).answer;
  expect([message.statusCode, message.headers.etag]).toEqual([304, '"v1"']);
  expect(legacy.received[0]?.headers['if-none-match']).toBe('"v1"');
  expect(await verdicts()).toEqual(['unsampled']);
  // The connection still serves the next request.
  legacy.behave(json(200, { amount: '99' }));
  expect((await send().answer).statusCode).toBe(200);
});

test('early hints come before the answer', async () => {
  legacy.behave((response, received) => {
    response.writeEarlyHints({ link: '</style.css>; rel=preload' }, () =>
      json(200, { amount: '99' })(response, received),
    );
  });
  const { outgoing, answer } = send();
  const [hints] = (await once(outgoing, 'information')) as [
    { statusCode: number; headers: Record<string, string> },
  ];
  expect([hints.statusCode, hints.headers['link']]).toEqual([103, '</style.css>; rel=preload']);
  expect((await answer).statusCode).toBe(200);
});

test('one connection serves many requests', async () => {
  const ports = new Set<number | undefined>();
  agent.maxSockets = 1;
  for (let i = 0; i < 20; i += 1) {
    const message = await send({ path: `/things/${i}` }).answer;
    ports.add(message.socket.localPort);
    await bodyOf(message);
  }
  expect(ports.size).toBe(1);
  expect(await verdicts()).toEqual(Array.from({ length: 20 }, () => 'match'));
});

test('an overload first leaves shadows out, then answers 503 at once, and counts each request', {
  timeout: 30_000,
}, async () => {
  const held: (() => void)[] = [];
  legacy.behave((response, received) => held.push(() => json(200, { amount: '99' })(response, received)));
  const sent = Array.from({ length: MAX_REQUESTS_UNDER_WAY + 50 }, () => send().answer);
  const answers = Promise.all(
    sent.map(async (answer) => bodyOf(await answer).then(async () => (await answer).statusCode)),
  );
  await expect.poll(() => gateway.tally.verdicts.dropped, { timeout: 15_000 }).toBe(50);
  const release = setInterval(() => held.splice(0).forEach((answer) => answer()), 5);
  const statuses = await answers.finally(() => clearInterval(release));
  expect(statuses.filter((status) => status === 503)).toHaveLength(50);
  expect(await verdicts()).toHaveLength(MAX_REQUESTS_UNDER_WAY + 50);
  expect(gateway.tally.requests).toBe(MAX_REQUESTS_UNDER_WAY + 50);
  // Requests that were answered while more than half of the permitted requests were under way had no shadow.
  expect(gateway.tally.verdicts.dropped).toBeGreaterThanOrEqual(
    50 + MAX_REQUESTS_UNDER_WAY - SHED_SHADOWS_AT - 1,
  );
});
