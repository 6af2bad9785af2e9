import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { framesOf, pieces } from './wire-frames.ts';

/** One connection through the proxy, to be hurt. */
export type Wire = {
  /** Both ends are gone at once; either side sees a reset. */
  cut(): void;
  /** Both ends stay open and nothing comes through any more. */
  swallow(): void;
};

/** A place in a conversation: a statement that has arrived and not been passed on, or whose whole answer has. */
export type Moment = { when: 'before' | 'after'; statement: string };

export type WireProxy = {
  readonly port: number;
  /** The address of the same database through this proxy. */
  through(databaseUrl: string): string;
  /** Does something the next time a moment comes; the statement or its answer waits until it is done. */
  once(moment: Moment, act: (wire: Wire) => unknown): Promise<void>;
  /** How often statements went out and an answer was waited for. */
  trips(): number;
  close(): Promise<void>;
};

type Planned = { moment: Moment; act: (wire: Wire) => unknown; done: () => void };

/**
 * Stands between a service and PostgreSQL and knows enough of the protocol to name what passes: prepared statements by
 * their name, others by their text. The product knows nothing of it.
 */
export async function startWireProxy(databaseUrl: string): Promise<WireProxy> {
  const target = new URL(databaseUrl);
  const planned: Planned[] = [];
  const sockets = new Set<Socket>();
  const counter = { trips: 0 };
  const due = (when: Moment['when'], statement: string) => {
    const at = planned.findIndex(({ moment }) => moment.when === when && moment.statement === statement);
    return at < 0 ? undefined : planned.splice(at, 1)[0];
  };
  const server = createServer((client) => {
    const database = connect({ host: target.hostname, port: Number(target.port) });
    for (const socket of [client, database]) {
      sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('error', () => {}).on('close', () => sockets.delete(socket));
    }
    client.on('close', () => database.destroy());
    database.on('close', () => client.destroy());
    relay(client, database, due, counter);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  return {
    port,
    through(url) {
      const changed = new URL(url);
      changed.hostname = '127.0.0.1';
      changed.port = String(port);
      return changed.href;
    },
    once: (moment, act) => new Promise((done) => planned.push({ moment, act, done })),
    trips: () => counter.trips,
    async close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

function relay(
  client: Socket,
  database: Socket,
  due: (when: Moment['when'], statement: string) => Planned | undefined,
  counter: { trips: number },
): void {
  let isSwallowing = false;
  const wire: Wire = {
    cut: () => [client, database].forEach((socket) => socket.resetAndDestroy()),
    swallow: () => {
      isSwallowing = true;
    },
  };
  const pass = (to: Socket, bytes: Buffer) => !isSwallowing && !to.destroyed && to.write(bytes);
  const at = async (when: Moment['when'], statement: string) => {
    const plan = due(when, statement);
    if (plan === undefined) return;
    await plan.act(wire);
    plan.done();
  };
  const asked: string[][] = []; // the statements of each exchange
  let exchange: string[] = [];
  let answered = true;
  void inOrder(client, pieces(), async ({ statement, bytes, endsExchange }) => {
    await at('before', statement);
    if (statement !== '') exchange.push(statement);
    if (endsExchange && exchange.length > 0) {
      asked.push(exchange);
      exchange = [];
    }
    if (answered) counter.trips += 1; // the first words after an answer
    answered = false;
    pass(database, bytes);
  });
  void inOrder(database, framesOf(), async ({ type, bytes }) => {
    // Ready for query: the answer to one exchange is complete.
    if (type === 'Z') {
      answered = true;
      for (const statement of asked.shift() ?? []) await at('after', statement);
    }
    pass(client, bytes);
  });
}

/** Hands over what a socket sends piece by piece, the next one when the one before is done. */
async function inOrder<Piece>(
  socket: Socket,
  split: (bytes: Buffer) => Piece[],
  handle: (piece: Piece) => Promise<void>,
): Promise<void> {
  try {
    for await (const bytes of socket) for (const piece of split(bytes as Buffer)) await handle(piece);
  } catch {
    // the connection is gone, and the other side hears of it
  }
}
