import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** `black hole`: open and silent. `refused`: closed at once. A number: all bytes arrive this many ms late. */
export type Trouble = number | 'black hole' | 'refused';

export type SlowWire = {
  /** The same address through this proxy. */
  through(url: string): string;
  suffer(trouble: Trouble): void;
  close(): Promise<void>;
};

/** A TCP proxy that can be made slow, silent or closed. */
export async function startSlowWire(targetUrl: string): Promise<SlowWire> {
  const target = new URL(targetUrl);
  const sockets = new Set<Socket>();
  let trouble: Trouble = 0;
  const pass = (from: Socket, to: Socket) =>
    from.on('data', (bytes) => {
      if (trouble === 0) to.write(bytes);
      else if (typeof trouble === 'number') setTimeout(() => !to.destroyed && to.write(bytes), trouble);
    });
  const server = createServer((client) => {
    const upstream = connect({ host: target.hostname, port: Number(target.port) });
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(one);
      one
        .on('error', () => undefined)
        .on('close', () => {
          sockets.delete(one);
          other.destroy();
        });
      pass(one, other);
    }
    if (trouble === 'refused') client.destroy();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const cutAll = () => sockets.forEach((socket) => socket.destroy());
  return {
    through(url) {
      const changed = new URL(url);
      changed.port = String((server.address() as { port: number }).port);
      return changed.href;
    },
    suffer(next) {
      trouble = next;
      // Old connections are cut, because they have lost bytes, which TCP never does.
      if (next === 0 || next === 'refused') cutAll();
    },
    async close() {
      server.close();
      cutAll();
    },
  };
}
