// The adapter: the HTTP contract in front of the legacy core.
import { runProgram } from '@core-exit/process/commands';
import { EXIT } from '@core-exit/process/exit-codes';
import { readMigrationConfig } from './config.ts';
import { describeCommand } from './describe/describe.command.ts';
import { migrate } from './migrate.sql.ts';

await runProgram(
  {
    about: 'legacy-core-adapter: the contract of both cores in front of the legacy core',
    commands: {
      serve: {
        about: 'HTTP: quote, payout, rehearsal, outcomes; OpenAPI page at /docs',
        // Loaded on demand, because the HTTP server takes longer to load than describe takes to run.
        run: async () => await (await import('./serve.ts')).serve(),
      },
      migrate: {
        about: "installs schema adapter, the record of sent payouts (owner's DATABASE_URL)",
        async run() {
          const installed = await migrate(readMigrationConfig().databaseUrl);
          process.stdout.write(`${JSON.stringify({ installed })}\n`);
          return EXIT.done;
        },
      },
      describe: describeCommand,
    },
  },
  process.argv.slice(2),
);
