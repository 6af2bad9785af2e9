import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

/** A payout takes long enough to be under way when a stop comes. */
const PAYOUT_MS = 400;

/** One of two cores that answer alike, and say which they are in a header that nobody compares. */
export type Core = {
  url: string;
  /** The next quote that a customer gets from here differs; answers when it is written. Shadows come late and are spared. */
  differOnce(): Promise<number>;
  /** How often each payout was carried out here; rehearsals pay nothing. */
  paid: Map<string, number>;
  close(): void;
};

export async function startCore(name: 'legacy' | 'new'): Promise<Core> {
  const paid = new Map<string, number>();
  let wrong: PromiseWithResolvers<number> | null = null;
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    request.resume();
    let amount = '99';
    if (request.method === 'POST' && !request.url?.endsWith('/rehearsals')) {
      const id = request.url ?? '';
      paid.set(id, (paid.get(id) ?? 0) + 1);
      await pause(PAYOUT_MS);
    } else if (wrong !== null && request.headers['x-shadow'] === undefined) {
      amount = '98';
      wrong.resolve(performance.now());
      wrong = null;
    }
    response
      .writeHead(200, { 'content-type': 'application/json', 'x-core': name })
      .end(JSON.stringify({ amount }));
  };
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    paid,
    differOnce: () => {
      wrong = Promise.withResolvers<number>();
      return wrong.promise;
    },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
