import type { Command } from '@core-exit/process/commands';
import { readConfig } from '../config.ts';
import { migrate } from './data-source.ts';

export const migrateCommand: Command = {
  about: "installs or updates the schemas interest and tax (owner's DATABASE_URL)",
  async run() {
    const done = await migrate(readConfig('migrate').databaseUrl);
    process.stdout.write(`${JSON.stringify({ migrations: done })}\n`);
    return 0;
  },
};
