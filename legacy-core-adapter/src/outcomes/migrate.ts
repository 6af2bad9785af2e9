import { installSchema } from '../install-schema.ts';

/** Installs or updates schema `adapter` as the database's owner; answers the files it installed. */
export function migrate(databaseUrl: string): Promise<string[]> {
  const directory = new URL('../../outcomes/', import.meta.url);
  return installSchema(databaseUrl, { name: 'adapter', directory, lockId: 2_100_9100 });
}
