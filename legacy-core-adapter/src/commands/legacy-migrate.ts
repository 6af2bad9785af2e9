import type { Command } from '@core-exit/process/commands';
import { serviceLog } from '@core-exit/process/log';
import { readMigrationConfig, redacted } from '../config.ts';
import { migrate } from '../../legacy-core/migrate.command.ts';

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
