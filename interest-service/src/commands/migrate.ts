import type { Command } from '@core-exit/process/commands';
import { migrate } from '@core-exit/process/migrations';
import { readConfig } from '../config.ts';
import { INTEREST_SCHEMA } from '../db/migrate.ts';

export const migrateCommand: Command = {
  about: "installs or updates the schemas interest and tax (owner's DATABASE_URL)",
  async run() {
    const done = await migrate(readConfig('migrate').databaseUrl, INTEREST_SCHEMA);
    process.stdout.write(`${JSON.stringify({ migrations: done })}\n`);
    return 0;
  },
};
