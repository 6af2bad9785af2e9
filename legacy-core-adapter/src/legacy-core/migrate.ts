import { readFile } from 'node:fs/promises';
import { migrate as migrateSchema, relationExists } from '@core-exit/process/migrations';

const SCHEMA = new URL('../../legacy-core/', import.meta.url);

/** Brings schema `legacy` (the books of the legacy core) to this release, as the database's owner. */
export function migrate(databaseUrl: string): Promise<string[]> {
  return migrateSchema(databaseUrl, {
    name: 'legacy',
    directory: SCHEMA,
    async takeOver(client) {
      if (!(await relationExists(client, 'legacy.schm_ver'))) return [];
      if (await relationExists(client, 'legacy.dim_stat')) {
        const { rows } = await client.query<{ file: string }>('select file_nm as file from legacy.schm_ver');
        return rows.map(({ file }) => file);
      }
      // 0.1.0 had fewer books; its code tables and functions are made anew from the files.
      await client.query(await readFile(new URL('upgrades/0.1.0.sql', SCHEMA), 'utf8'));
      return ['001_books.sql'];
    },
  });
}
