import { connect, createServer, type Server, type Socket } from 'node:net';

/** A TCP proxy. When it is closed, connections are reset and new ones refused, as if the server had been killed. */
export type ClosableProxy = { port: number; close(): void; open(): Promise<void> };

export async function startClosableProxy(targetPort: number): Promise<ClosableProxy> {
  const sockets = new Set<Socket>();
  const build = (): Server =>
    createServer((inside) => {
      const outside = connect(targetPort, '127.0.0.1');
      for (const socket of [inside, outside]) {
        sockets.add(socket);
        socket.on('error', () => undefined);
        socket.on('close', () => {
          sockets.delete(socket);
          inside.destroy();
          outside.destroy();
        });
      }
      inside.pipe(outside).pipe(inside);
    });
  let server = build();
  const listen = (port: number) =>
    new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve));
  await listen(0);
  const { port } = server.address() as { port: number };
  return {
    port,
    close() {
      server.close();
      for (const socket of sockets) socket.resetAndDestroy();
    },
    async open() {
      if (server.listening) return;
      server = build();
      await listen(port);
    },
  };
}
