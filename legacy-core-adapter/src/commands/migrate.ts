import type { Command } from '@core-exit/process/commands';
import { readMigrationConfig } from '../config.ts';
import { migrate } from '../migrate.command.ts';

export const migrateCommand: Command = {
  about: "installs schema adapter, where outcomes of payouts are kept (owner's DATABASE_URL)",
  async run() {
    const installed = await migrate(readMigrationConfig().databaseUrl);
    process.stdout.write(`${JSON.stringify({ installed })}\n`);
    return 0;
  },
};
