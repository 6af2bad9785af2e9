import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** Length and protocol version come before the parameters of a startup message. */
const HEAD_BYTES = 8;

/**
 * A proxy before PostgreSQL that silently drops the connection's `options`, as PgBouncer does with
 * `ignore_startup_parameters = options`.
 */
export async function startForgetfulPooler(databaseUrl: string): Promise<{
  through(url: string): string;
  close(): void;
}> {
  const target = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const database = connect({ host: target.hostname, port: Number(target.port) });
    for (const socket of [client, database]) {
      sockets.add(socket);
      socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    }
    client.once('data', (startup) => {
      database.write(withoutOptions(startup as Buffer));
      client.pipe(database).pipe(client);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    through(url) {
      const changed = new URL(url);
      changed.port = String((server.address() as AddressInfo).port);
      return changed.href;
    },
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** The startup message arrives in one piece, because it is the first message and small. */
function withoutOptions(startup: Buffer): Buffer {
  const texts = startup.toString('utf8', HEAD_BYTES).split('\0');
  const at = texts.indexOf('options');
  if (at < 0) throw new Error('the client sent no options');
  const rest = Buffer.from(texts.toSpliced(at, 2).join('\0'));
  const head = Buffer.from(startup.subarray(0, HEAD_BYTES));
  head.writeUInt32BE(HEAD_BYTES + rest.length);
  return Buffer.concat([head, rest]);
}
