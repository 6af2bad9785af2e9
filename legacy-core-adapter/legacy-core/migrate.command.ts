import type { Command } from '@core-exit/process/commands';
import { redactedUrl } from '@core-exit/process/configuration';
import { EXIT } from '@core-exit/process/exit-codes';
import { serviceLog } from '@core-exit/process/log';
import { migrate as migrateSchema } from '@core-exit/process/migrations';
import { readOwnerConfig } from './config.ts';

/** Brings schema `legacy` to the state of this release, as the database's owner; returns the files that were applied. */
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

export const migrateCommand: Command = {
  about: "installs schema legacy (owner's DATABASE_URL)",
  async run() {
    const { databaseUrl, logLevel } = readOwnerConfig();
    const installed = await migrate(databaseUrl);
    serviceLog('legacy-core', logLevel).info(
      { database: redactedUrl(databaseUrl), installed },
      'schema legacy is installed',
    );
    return EXIT.done;
  },
};
