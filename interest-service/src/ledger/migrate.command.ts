import type { Command } from '@core-exit/process/commands';
import { EXIT } from '@core-exit/process/exit-codes';
import { migrate } from './data-source.ts';

export function migrateCommand(settings: () => { databaseUrl: string }): Command {
  return {
    about: "installs or updates the schemas interest and tax (owner's DATABASE_URL)",
    async run() {
      const migrations = await migrate(settings().databaseUrl);
      process.stdout.write(`${JSON.stringify({ migrations })}\n`);
      return EXIT.done;
    },
  };
}
