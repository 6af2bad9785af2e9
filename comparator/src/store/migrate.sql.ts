import { migrate as migrateSchema, relationExists } from '@core-exit/process/migrations';

/** Brings schema `comparator` (counts of verdicts, stored comparisons, signatures and alerts) to this release, as the database's owner; returns the files it applied. */
export function migrate(databaseUrl: string): Promise<string[]> {
  return migrateSchema(databaseUrl, {
    name: 'comparator',
    directory: new URL('schema/', import.meta.url),
    async takeOver(client) {
      if (!(await relationExists(client, 'comparator.migration'))) return [];
      const { rows } = await client.query<{ file: string }>('select file from comparator.migration');
      return rows.map(({ file }) => file);
    },
  });
}
