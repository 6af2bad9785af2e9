import { migrate as migrateSchema, relationExists } from '@core-exit/process/migrations';

/** Brings schema `adapter` (the record of sent payouts) to this release, as the database's owner. Returns the applied files. */
export function migrate(databaseUrl: string): Promise<string[]> {
  return migrateSchema(databaseUrl, {
    name: 'adapter',
    directory: new URL('./payout/schema/', import.meta.url),
    async takeOver(client) {
      if (!(await relationExists(client, 'adapter.schm_ver'))) return [];
      const { rows } = await client.query<{ file: string }>('select file_nm as file from adapter.schm_ver');
      return rows.map(({ file }) => file);
    },
  });
}
