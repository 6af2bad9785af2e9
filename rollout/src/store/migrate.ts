import { migrate as migrateSchema } from '@core-exit/process/migrations';

/** Brings schema `rollout` to the state of this release, as the database's owner; returns the files it applied. */
export function migrate(databaseUrl: string): Promise<string[]> {
  return migrateSchema(databaseUrl, {
    name: 'rollout',
    directory: new URL('schema/', import.meta.url),
    takeOver: {
      table: 'rollout.migration',
      statement: 'select file, null::text as sha256 from rollout.migration',
    },
  });
}
