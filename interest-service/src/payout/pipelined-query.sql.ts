import pg, { type PoolClient, type QueryResult, type QueryResultRow } from 'pg';
import { prepareValue } from 'pg/lib/utils.js';

/** With a name, prepared once on each connection. Without a name, short enough to be parsed each time. */
type Statement = { readonly name?: string; readonly text: string };
export type Bound = Statement & { values?: unknown[] };

/** The methods of pg's connection with which a query writes; pg-cursor relies on the same methods. */
type Wire = {
  stream: { cork(): void; uncork(): void };
  parse(statement: Statement): void;
  bind(portal: { statement?: string; values?: unknown[]; valueMapper?: (value: unknown) => unknown }): void;
  describe(portal: { type: 'P' }): void;
  execute(portal: object): void;
  close(statement: { type: 'S'; name: string }): void;
  sync(): void;
};
type Results = QueryResult | QueryResult[];

/** The named statements that the connection of a client surely has. */
const prepared = new WeakMap<PoolClient, Set<string>>();

/**
 * Sends several statements in one packet under one Sync, because none of them needs the answer of another. PostgreSQL executes
 * them in order and answers in one packet. When one fails, the statements behind it are skipped. Each statement begins when
 * the one before it has ended, so in READ COMMITTED each one sees what was committed until then.
 *
 * pg's own `pipeline` ends every statement with a Sync, and each Sync costs both ends one more write and one more wake-up.
 * Resolves to the first row of each statement.
 */
export async function pipelined(
  client: PoolClient,
  statements: readonly Bound[],
): Promise<(QueryResultRow | undefined)[]> {
  const has = prepared.get(client) ?? new Set();
  prepared.set(client, has);
  const results = await new Promise<Results>((resolve, reject) => {
    const callback = (fault: Error | null, given: Results) => (fault ? reject(fault) : resolve(given));
    const query = new pg.Query({ text: 'pipelined query', callback } as pg.QueryConfig);
    Object.assign(query, {
      submit(wire: Wire) {
        wire.stream.cork();
        try {
          for (const statement of statements) write(wire, statement, has);
          wire.sync();
        } finally {
          wire.stream.uncork();
        }
        return null;
      },
    });
    client.query(query);
  });
  for (const { name } of statements) if (name !== undefined) has.add(name);
  return [results].flat().map(({ rows }) => rows[0] as QueryResultRow | undefined);
}

function write(wire: Wire, { name, text, values = [] }: Bound, has: ReadonlySet<string>): void {
  if (name === undefined) {
    wire.parse({ text });
    wire.bind({});
  } else {
    if (!has.has(name)) {
      // An earlier packet that failed may have prepared the statement. Closing a statement that does not exist is no error.
      wire.close({ type: 'S', name });
      wire.parse({ name, text });
    }
    wire.bind({ statement: name, values, valueMapper: prepareValue });
    wire.describe({ type: 'P' });
  }
  wire.execute({});
}
