import { migrate as migrateSchema } from '@core-exit/process/migrations';

/** Brings schema `legacy` to the state of this release, as the database's owner; returns the files it applied. */
export function migrate(databaseUrl: string): Promise<string[]> {
  return migrateSchema(databaseUrl, {
    name: 'legacy',
    directory: new URL('./schema/', import.meta.url),
    takeOver: {
      table: 'legacy.schm_ver',
      statement: 'select file_nm as file, sha256 from legacy.schm_ver',
    },
  });
}
