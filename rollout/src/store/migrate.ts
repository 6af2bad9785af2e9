import { migrate as migrateSchema, relationExists } from '@core-exit/process/migrations';

/** Brings schema `rollout` (who may use the new core: stages, approvals, decisions) to this release, as the database's owner; returns the files it applied. */
export function migrate(databaseUrl: string): Promise<string[]> {
  return migrateSchema(databaseUrl, {
    name: 'rollout',
    directory: new URL('schema/', import.meta.url),
    async takeOver(client) {
      if (!(await relationExists(client, 'rollout.migration'))) return [];
      const { rows } = await client.query<{ file: string }>('select file from rollout.migration');
      return rows.map(({ file }) => file);
    },
  });
}
