// The adapter: the HTTP contract in front of the legacy core.
import { runProgram } from '@core-exit/process/commands';
import { describeCommand } from './describe/describe.command.ts';
import { migrateCommand } from './migrate.command.ts';

await runProgram(
  {
    about: 'legacy-core-adapter: the contract of both cores in front of the legacy core',
    commands: {
      serve: {
        about: 'HTTP: quote, payout, rehearsal, outcomes; OpenAPI page at /docs',
        // Loaded on demand, because the HTTP server takes longer to load than describe takes to run.
        run: async () => await (await import('./serve.ts')).serve(),
      },
      migrate: migrateCommand,
      describe: describeCommand,
    },
  },
  process.argv.slice(2),
);
