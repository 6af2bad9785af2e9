import { installSchema } from '../install-schema.ts';

/** Installs or updates schema `legacy` as the database's owner; answers the files it installed. */
export function migrate(databaseUrl: string): Promise<string[]> {
  const directory = new URL('../../legacy-core/', import.meta.url);
  return installSchema(databaseUrl, { name: 'legacy', directory, lockId: 2_100_1100 });
}
