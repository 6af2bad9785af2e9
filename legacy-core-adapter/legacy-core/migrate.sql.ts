import { readFile } from 'node:fs/promises';
import { migrate as migrateSchema, relationExists } from '@core-exit/process/migrations';

/** Brings schema `legacy` (the books of the legacy core) to this release, as the database's owner. Returns the applied files. */
export function migrate(databaseUrl: string): Promise<string[]> {
  return migrateSchema(databaseUrl, {
    name: 'legacy',
    directory: new URL('./schema/', import.meta.url),
    async takeOver(client) {
      if (!(await relationExists(client, 'legacy.schm_ver'))) return [];
      if (await relationExists(client, 'legacy.dim_stat')) {
        const { rows } = await client.query<{ file: string }>('select file_nm as file from legacy.schm_ver');
        return rows.map(({ file }) => file);
      }
      // Release 0.1.0 had fewer books. Its code tables and functions are created again from the files.
      await client.query(await readFile(new URL('./upgrades/0.1.0.sql', import.meta.url), 'utf8'));
      return ['001_books.sql'];
    },
  });
}
