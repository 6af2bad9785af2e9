import { runProgram } from '@core-exit/process/commands';
import { EXIT } from '@core-exit/process/exit-codes';
import { readMigrationConfig } from './config.ts';
import { migrate } from './migrate.ts';

await runProgram(
  {
    about: "bank-ledger: the bank's shared core ledger (schema core)",
    commands: {
      migrate: {
        about: "brings schema core to this release (owner's DATABASE_URL)",
        async run() {
          const applied = await migrate(readMigrationConfig().databaseUrl);
          process.stdout.write(`${JSON.stringify({ schema: 'core', applied })}\n`);
          return EXIT.done;
        },
      },
    },
  },
  process.argv.slice(2),
);
