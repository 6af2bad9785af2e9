import { EXIT } from '@core-exit/process/exit-codes';
import { migrate, relationExists } from '@core-exit/process/migrations';
import type { Outcome } from '../cli/outcome.ts';

/** Migrates schema `rollout` to the state of this release, as the owner of the database. */
export async function migrateRollout(databaseUrl: string): Promise<Outcome> {
  const applied = await migrate(databaseUrl, {
    name: 'rollout',
    directory: new URL('./schema/', import.meta.url),
    async takeOver(client) {
      if (!(await relationExists(client, 'rollout.migration'))) return [];
      const { rows } = await client.query<{ file: string }>('select file from rollout.migration');
      return rows.map(({ file }) => file);
    },
  });
  const text = applied.length === 0 ? 'the schema is up to date' : `applied ${applied.join(', ')}`;
  return { exit: EXIT.done, text, json: { command: 'migrate', applied } };
}
