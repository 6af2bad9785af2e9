import { migrate as migrateSchema } from '@core-exit/process/migrations';

/** Brings schema `comparator` to the state of this release, as the database's owner; returns the files it applied. */
export function migrate(databaseUrl: string): Promise<string[]> {
  return migrateSchema(databaseUrl, {
    name: 'comparator',
    directory: new URL('schema/', import.meta.url),
    takeOver: {
      table: 'comparator.migration',
      statement: 'select file, null::text as sha256 from comparator.migration',
    },
  });
}
