import type { Command } from '@core-exit/process/commands';
import { EXIT } from '@core-exit/process/exit-codes';
import { migrate } from '@core-exit/process/migrations';
import { readMigrationConfig } from './config.ts';

/** Schema `adapter`, where the outcomes of payouts are recorded. */
const SCHEMA = {
  name: 'adapter',
  directory: new URL('./payout/schema/', import.meta.url),
  takeOver: {
    table: 'adapter.schm_ver',
    statement: 'select file_nm as file, sha256 from adapter.schm_ver',
  },
};

export const migrateCommand: Command = {
  about: "installs schema adapter, where the outcomes of payouts are recorded (owner's DATABASE_URL)",
  async run() {
    const { databaseUrl } = readMigrationConfig();
    process.stdout.write(`${JSON.stringify({ installed: await migrate(databaseUrl, SCHEMA) })}\n`);
    return EXIT.done;
  },
};
