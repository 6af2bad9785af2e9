import { readFile } from 'node:fs/promises';
import { migrate as migrateSchema, relationExists, type Schema } from '@core-exit/process/migrations';

const ROOT = new URL('../', import.meta.url);

/** Releases up to 0.2.0 kept no record of schema `core`; their tables tell which release built it. */
const FILES_OF_0_1_0 = [
  '001_roles_and_clock.sql',
  '002_products_and_parties.sql',
  '003_entries.sql',
  '004_channels.sql',
];
const FILES_OF_0_2_0 = [
  ...FILES_OF_0_1_0,
  '005_reversals.sql',
  '006_seals.sql',
  '007_days.sql',
  '008_ledger_stream.sql',
  '009_more_channels.sql',
];

/** Schema `core`: the bank's shared ledger. */
const CORE_SCHEMA: Schema = {
  name: 'core',
  directory: new URL('schema/', ROOT),
  isCreatedByFiles: true,
  async takeOver(client) {
    if (!(await relationExists(client, 'core.account'))) return [];
    if (await relationExists(client, 'core.day_close')) return FILES_OF_0_2_0;
    await client.query(await readFile(new URL('upgrades/0.1.0.sql', ROOT), 'utf8'));
    return FILES_OF_0_1_0;
  },
};

/** Brings the ledger to this release, as the database's owner; returns the files it applied. */
export function migrate(databaseUrl: string): Promise<string[]> {
  return migrateSchema(databaseUrl, CORE_SCHEMA);
}
