import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { framesOf, pieces } from './wire-frames.ts';

/** One connection through the proxy, which a test can break. */
export type Wire = {
  /** Resets both ends at once. */
  cut(): void;
  /** Keeps both ends open and drops all further bytes. */
  swallow(): void;
};

/** A moment in a conversation: before a received statement is sent on, or after its whole answer was received. */
export type Moment = { when: 'before' | 'after'; statement: string };

export type WireProxy = {
  readonly port: number;
  /** The address of the same database through this proxy. */
  through(databaseUrl: string): string;
  /** Runs `act` the next time the moment comes; the statement or its answer waits until `act` is done. */
  once(moment: Moment, act: (wire: Wire) => unknown): Promise<void>;
  /** Number of round trips: how often the client sent statements and waited for an answer. */
  trips(): number;
  close(): Promise<void>;
};

type Planned = { moment: Moment; act: (wire: Wire) => unknown; done: () => void };

/**
 * A proxy between a service and PostgreSQL that reads the protocol, so that a test can name a statement: a prepared statement
 * by its name, others by their text. The service does not notice the proxy.
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
  const exchanges: string[][] = []; // the statements of each
  let exchange: string[] = [];
  let answered = true;
  void inOrder(client, pieces(), async ({ statement, bytes, endsExchange }) => {
    await at('before', statement);
    if (statement !== '') exchange.push(statement);
    if (endsExchange && exchange.length > 0) {
      exchanges.push(exchange);
      exchange = [];
    }
    if (answered) counter.trips += 1; // the first bytes after an answer
    answered = false;
    pass(database, bytes);
  });
  void inOrder(database, framesOf(), async ({ type, bytes }) => {
    // ReadyForQuery: the answer to one exchange is complete.
    if (type === 'Z') {
      answered = true;
      for (const statement of exchanges.shift() ?? []) await at('after', statement);
    }
    pass(client, bytes);
  });
}

/** Passes the pieces that a socket sends to `handle`, each after the one before is done. */
async function inOrder<Piece>(
  socket: Socket,
  split: (bytes: Buffer) => Piece[],
  handle: (piece: Piece) => Promise<void>,
): Promise<void> {
  try {
    for await (const bytes of socket) for (const piece of split(bytes as Buffer)) await handle(piece);
  } catch {
    // the connection has ended, and its close event ends the other side
  }
}
