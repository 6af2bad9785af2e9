import pg, { type PoolClient, type QueryResult, type QueryResultRow } from 'pg';
import type { Prepared } from './payout-sql.ts';

/** What of pg's connection a query writes with; pg-cursor relies on the same. */
type Wire = {
  stream: { cork(): void; uncork(): void };
  /** By name: what the server has, and what it was sent. */
  parsedStatements: Record<string, string>;
  submittedNamedStatements: Record<string, string>;
  parse(statement: { name?: string; text: string }): void;
  bind(portal: object): void;
  execute(portal: object): void;
  sync(): void;
};
type Results = QueryResult | QueryResult[];
type SubmittedQuery = { submit: (wire: Wire) => Error | null };

/** Of the transaction, with the statement that it travels with. */
export type Command = { text: 'begin isolation level read committed' | 'commit'; goes: 'before' | 'after' };

/**
 * A prepared statement and the BEGIN before it, or the COMMIT behind it, in one packet under one Sync: PostgreSQL answers
 * both in one packet, too, and when the first of them fails it passes over the second. pg's `pipeline` alone ends every
 * statement with a Sync of its own, and each costs both ends one more write and one more wake-up.
 */
export async function travelTogether<Row extends QueryResultRow>(
  client: PoolClient,
  command: Command,
  { name, text, values }: Prepared & { values: unknown[] },
): Promise<Row | undefined> {
  const results = await new Promise<Results>((resolve, reject) => {
    const callback = (fault: Error | null, given: Results) => (fault ? reject(fault) : resolve(given));
    const query = new pg.Query({ name, text, values, callback } as pg.QueryConfig);
    const { submit } = query as unknown as SubmittedQuery;
    (query as unknown as SubmittedQuery).submit = (wire) => {
      wire.stream.cork();
      try {
        if (command.goes === 'before') {
          prepare(wire, name, text);
          write(wire, command.text);
          return submit.call(query, wire);
        }
        const fault = submit.call(query, Object.create(wire, { sync: { value: () => undefined } }) as Wire);
        if (fault !== null) return fault;
        write(wire, command.text);
        wire.sync();
        return null;
      } finally {
        wire.stream.uncork();
      }
    };
    client.query(query);
  });
  const [first, second] = results as QueryResult<Row>[];
  return (command.goes === 'before' ? second : first)?.rows[0];
}

/** First of all: pg takes any answer to a Parse for that of the statement with a name. */
function prepare(wire: Wire, name: string, text: string): void {
  if (name in wire.parsedStatements || name in wire.submittedNamedStatements) return;
  wire.parse({ name, text });
  wire.submittedNamedStatements[name] = text;
}

function write(wire: Wire, text: string): void {
  wire.parse({ text });
  wire.bind({});
  wire.execute({});
}
