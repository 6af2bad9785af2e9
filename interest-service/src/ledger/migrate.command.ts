import type { Command } from '@core-exit/process/commands';
import { EXIT } from '@core-exit/process/exit-codes';
import { migrate } from '@core-exit/process/migrations';
import { INTEREST_SCHEMA } from './interest-schema.sql.ts';

export function migrateCommand(settings: () => { databaseUrl: string }): Command {
  return {
    about: "installs or updates the schemas interest and tax (owner's DATABASE_URL)",
    async run() {
      const migrations = await migrate(settings().databaseUrl, INTEREST_SCHEMA);
      process.stdout.write(`${JSON.stringify({ migrations })}\n`);
      return EXIT.done;
    },
  };
}
