import { randomBytes } from 'node:crypto';
import { Fault } from '@core-exit/process/faults';
import type { BankRole } from '../bank/database.ts';
import { STACK_FAULTS } from '../faults.ts';
import { databaseUrl, query } from '../parts/postgres.ts';
import { until } from '../processes/until.ts';
import { provided } from './provided.ts';

/** A closed connection takes a moment until the server has ended it as well. */
const CONNECTIONS_GONE_WITHIN_MS = 2_000;

export type TestDatabase = {
  /** The address with one of the bank's roles; without a role the owner's address. */
  url(role?: BankRole): string;
  /** Removes the database. Throws CONNECTIONS_LEAKED if connections of the test are still open. */
  drop(): Promise<void>;
};

/** A new database of the bank, migrated and without customers. It is a copy of the run's template. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const { ownerUrl, template } = provided('postgres');
  const name = `test_${randomBytes(6).toString('hex')}`;
  await query(ownerUrl, `create database ${name} template ${template}`);
  return {
    url: (role) => databaseUrl(ownerUrl, role === undefined ? { database: name } : { database: name, role }),
    async drop() {
      const leaked = await connectionsLeft(ownerUrl, name);
      await query(ownerUrl, `drop database if exists ${name} with (force)`);
      if (leaked.length > 0) {
        const message = `${leaked.length} connection(s) of the test's database are still open:\n${leaked.join('\n')}`;
        throw new Fault(STACK_FAULTS.CONNECTIONS_LEAKED, message);
      }
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
