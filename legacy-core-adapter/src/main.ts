// The adapter: the HTTP contract in front of the legacy core.

import { runCommand } from './commands/command.ts';
import { describeCommand } from './commands/describe.ts';
import { migrateCommand } from './commands/migrate.ts';
import { serveCommand } from './commands/serve.ts';

await runCommand(
  'legacy-core-adapter: the contract of both cores in front of the legacy core',
  { serve: serveCommand, migrate: migrateCommand, describe: describeCommand },
  process.argv.slice(2),
);
