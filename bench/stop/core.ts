import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

/** Long enough that payouts are not finished when a stop comes. */
const PAYOUT_MS = 400;

/** One of two cores with equal answers. A header that is not compared names the core. */
export type Core = {
  url: string;
  /** The next quote for a customer differs; returns the time when it is sent. Answers to shadow requests never differ. */
  differOnce(): Promise<number>;
  /** How often each payout was carried out here; rehearsals are not counted. */
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
