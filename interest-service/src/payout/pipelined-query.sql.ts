import pg, { type PoolClient, type QueryResult, type QueryResultRow } from 'pg';
import { prepareValue } from 'pg/lib/utils.js';

/** Prepared once a connection under its name; without a name it is short enough to be read anew each time. */
type Statement = { readonly name?: string; readonly text: string };
export type Bound = Statement & { values?: unknown[] };

/** What of pg's connection a query writes with; pg-cursor relies on the same. */
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

/** The named statements that a client's connection surely has. */
const prepared = new WeakMap<PoolClient, Set<string>>();

/**
 * Statements that need not wait for each other's answers, in one packet under one Sync: PostgreSQL carries them out one
 * after the other and answers all in one packet. When one fails, those behind it are passed over. Each begins when the one
 * before it has ended, so in READ COMMITTED each sees what was committed until then.
 *
 * pg's `pipeline` alone ends every statement with a Sync of its own, and each costs both ends one more write and one more
 * wake-up. Resolves to the first row of each statement.
 */
export async function inOnePacket(
  client: PoolClient,
  statements: readonly Bound[],
): Promise<(QueryResultRow | undefined)[]> {
  const has = prepared.get(client) ?? new Set();
  prepared.set(client, has);
  const results = await new Promise<Results>((resolve, reject) => {
    const callback = (fault: Error | null, given: Results) => (fault ? reject(fault) : resolve(given));
    const query = new pg.Query({ text: 'one packet', callback } as pg.QueryConfig);
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
      // A packet that failed may have prepared it or not: closing what is not there is no error.
      wire.close({ type: 'S', name });
      wire.parse({ name, text });
    }
    wire.bind({ statement: name, values, valueMapper: prepareValue });
    wire.describe({ type: 'P' });
  }
  wire.execute({});
}
