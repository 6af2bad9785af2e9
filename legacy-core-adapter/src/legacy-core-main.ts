// The legacy core: what bank and channels cannot see of it is behind its telegrams.
import { runCommand } from './commands/command.ts';
import { defectCommand } from './commands/legacy-defect.ts';
import { migrateCommand } from './commands/legacy-migrate.ts';
import { rolloverCommand } from './commands/legacy-rollover.ts';
import { serveCommand } from './commands/legacy-serve.ts';

await runCommand(
  'legacy-core: the core to leave, for development, tests and demo',
  { serve: serveCommand, migrate: migrateCommand, rollover: rolloverCommand, defect: defectCommand },
  process.argv.slice(2),
);
