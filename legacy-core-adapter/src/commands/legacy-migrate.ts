import { readMigrationConfig, redacted } from '../config.ts';
import { migrate } from '../legacy-core/migrate.ts';
import { serviceLog } from '../log.ts';
import type { Command } from './command.ts';

export const migrateCommand: Command = {
  about: "installs schema legacy (owner's DATABASE_URL)",
  async run() {
    const { databaseUrl, logLevel } = readMigrationConfig();
    const installed = await migrate(databaseUrl);
    serviceLog('legacy-core', logLevel).info(
      { database: redacted(databaseUrl), installed },
      'schema legacy is installed',
    );
    return 0;
  },
};
