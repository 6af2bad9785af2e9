import { randomBytes } from 'node:crypto';
import type { BankRole } from '../bank/database.ts';
import { Fault } from '../fault.ts';
import { databaseUrl, query } from '../parts/postgres.ts';
import { until } from '../processes/until.ts';
import { provided } from './provided.ts';

/** A closed connection takes a moment to be gone on the server's side. */
const CONNECTIONS_GONE_WITHIN_MS = 2_000;

export class ConnectionsLeaked extends Fault {
  constructor(connections: string[]) {
    super(
      'CONNECTIONS_LEAKED',
      `${connections.length} connection(s) of the test's database are still open:\n${connections.join('\n')}`,
      'end every pool and client, and stop every service, before drop()',
    );
  }
}

export type TestDatabase = {
  /** The address for one of the bank's roles; without a role for the owner, who may do everything. */
  url(role?: BankRole): string;
  /** Removes the database; throws ConnectionsLeaked when the test left connections open. */
  drop(): Promise<void>;
};

/** A fresh database of the bank, fully migrated and without any customer: a copy of the run's template. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const { ownerUrl, template } = provided('postgres');
  const name = `test_${randomBytes(6).toString('hex')}`;
  await query(ownerUrl, `create database ${name} template ${template}`);
  return {
    url: (role) => databaseUrl(ownerUrl, role === undefined ? { database: name } : { database: name, role }),
    async drop() {
      const leaked = await connectionsLeft(ownerUrl, name);
      await query(ownerUrl, `drop database if exists ${name} with (force)`);
      if (leaked.length > 0) throw new ConnectionsLeaked(leaked);
    },
  };
}

async function connectionsLeft(ownerUrl: string, database: string): Promise<string[]> {
  let open: string[] = [];
  const allGone = async () => {
    const rows = await query<{ connection: string }>(
      ownerUrl,
      `select format('%s (%s), %s: %s', usename, application_name, state, left(query, 80)) as connection
         from pg_stat_activity where datname = '${database}' and backend_type = 'client backend'`,
    );
    open = rows.map(({ connection }) => connection);
    return open.length === 0;
  };
  return await until(allGone, { timeoutMs: CONNECTIONS_GONE_WITHIN_MS }).then(
    () => [],
    () => open,
  );
}
