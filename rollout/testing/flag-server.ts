import { mkdtempSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export type FlagServer = { url: string; serve(document: object): void; close(): void };

/** The client API of Unleash with one document for every client. */
export async function startFlagServer(document: object): Promise<FlagServer> {
  let body = JSON.stringify(document);
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    serve: (next) => {
      body = JSON.stringify(next);
    },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

export const freshDirectory = () => mkdtempSync(join(tmpdir(), 'rollout-test-'));
