import { EXIT } from '@core-exit/process/exit-codes';
import { migrate } from '@core-exit/process/migrations';
import type { Outcome } from './outcome.ts';

/** Migrates schema `rollout` to the state of this release, as the owner of the database. */
export async function migrateRollout(databaseUrl: string): Promise<Outcome> {
  const applied = await migrate(databaseUrl, {
    name: 'rollout',
    directory: new URL('../store/schema/', import.meta.url),
    takeOver: {
      table: 'rollout.migration',
      statement: 'select file, null::text as sha256 from rollout.migration',
    },
  });
  const text = applied.length === 0 ? 'the schema is up to date' : `applied ${applied.join(', ')}`;
  return { exit: EXIT.done, text, json: { command: 'migrate', applied } };
}
