import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A proxy in front of a database that counts round trips: how often the client begins to send after an answer. */
export type CountingProxy = { url: string; roundTrips: () => number; stop(): void };

export async function countingProxy(databaseUrl: string): Promise<CountingProxy> {
  const target = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  let trips = 0;
  const server = createServer((near) => {
    const far = connect(Number(target.port), target.hostname);
    let isServersTurn = false;
    for (const socket of [near, far]) {
      sockets.add(socket.setNoDelay(true).on('error', () => undefined));
      socket.on('close', () => {
        near.destroy();
        far.destroy();
      });
    }
    near.on('data', (bytes) => {
      if (!isServersTurn) trips += 1;
      isServersTurn = true;
      far.write(bytes);
    });
    far.on('data', (bytes) => {
      isServersTurn = false;
      near.write(bytes);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = new URL(databaseUrl);
  url.port = String((server.address() as AddressInfo).port);
  return {
    url: url.href,
    roundTrips: () => trips,
    stop() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
