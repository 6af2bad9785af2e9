import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Received = {
  method: string;
  url: string;
  headers: IncomingMessage['headers'];
  rawHeaders: string[];
  body: string;
};
export type Behaviour = (response: ServerResponse, request: Received) => void;

/** A core of the tests: real HTTP on a free port. It behaves as the test sets it, and keeps the requests it received. */
export type Upstream = {
  url: string;
  received: Received[];
  behave(next: Behaviour): void;
  close(): Promise<void>;
};

export async function upstream(first: Behaviour): Promise<Upstream> {
  let behaviour = first;
  const received: Received[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url = '', headers, rawHeaders } = request;
      const whole = { method, url, headers, rawHeaders, body: Buffer.concat(chunks).toString() };
      received.push(whole);
      behaviour(response, whole);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    received,
    behave: (next) => {
      behaviour = next;
    },
    close: () => closeHard(server),
  };
}

async function closeHard(server: Server): Promise<void> {
  if (!server.listening) return;
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}

export const json =
  (status: number, body: unknown, type = 'application/json'): Behaviour =>
  (response) => {
    const bytes = typeof body === 'string' ? body : JSON.stringify(body);
    response.writeHead(status, { 'content-type': type }).end(bytes);
  };

const FIFTY_MB = Buffer.alloc(50 * 1024 * 1024, 'x');

/** Just below the limit of what is compared, and different from every answer. */
const LARGE_AND_DIFFERENT = JSON.stringify({
  items: Array.from({ length: 12_000 }, (_, i) => ({
    id: `id-${i * 7919}`,
    amount: String(i * 104_729),
    at: i,
  })),
});

/** Everything that can be wrong with a shadow. */
export const FAULTS = {
  slow: (response) =>
    void setTimeout(() => json(200, { amount: '99' })(response, {} as Received), 5_000).unref(),
  hanging: () => undefined,
  resetting: (response) => response.socket?.resetAndDestroy(),
  'resetting in the middle': (response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
    response.write('{"amount":');
    setTimeout(() => response.socket?.resetAndDestroy(), 5);
  },
  'answering 500': json(500, { fault: true }),
  'answering truncated JSON': json(200, '{"amount":"99"'),
  'answering a key twice': json(200, '{"amount":"99","amount":"99"}'),
  'answering 50 MB': (response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(FIFTY_MB);
  },
  'dripping bytes': (response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    const drip = setInterval(() => (response.destroyed ? clearInterval(drip) : response.write(' ')), 20);
  },
  'refusing the gateway': json(401, { code: 'UNAUTHENTICATED' }, 'application/problem+json'),
  'answering a megabyte of wholly different JSON': json(200, LARGE_AND_DIFFERENT),
  'answering HTML': json(200, '<html>99</html>', 'text/html'),
} satisfies Record<string, Behaviour>;
