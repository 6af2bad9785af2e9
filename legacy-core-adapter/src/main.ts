// The adapter: the HTTP contract in front of the legacy core.

import { runProgram } from '@core-exit/process/commands';
import { describeCommand } from './describe/describe.command.ts';
import { migrateCommand } from './commands/migrate.ts';

await runProgram(
  {
    about: 'legacy-core-adapter: the contract of both cores in front of the legacy core',
    commands: {
      serve: {
        about: 'HTTP: quote, payout, rehearsal, outcomes; OpenAPI page at /docs',
        // loaded when it is wanted: the HTTP server takes longer to load than a telegram to be read
        run: async () => await (await import('./serve.ts')).serve(),
      },
      migrate: migrateCommand,
      describe: describeCommand,
    },
  },
  process.argv.slice(2),
);
