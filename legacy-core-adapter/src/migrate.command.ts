import { migrate as migrateSchema } from '@core-exit/process/migrations';

/** Brings schema `adapter` to the state of this release, as the database's owner; returns the files it applied. */
export function migrate(databaseUrl: string): Promise<string[]> {
  return migrateSchema(databaseUrl, {
    name: 'adapter',
    directory: new URL('./payout/schema/', import.meta.url),
    takeOver: {
      table: 'adapter.schm_ver',
      statement: 'select file_nm as file, sha256 from adapter.schm_ver',
    },
  });
}
