// The legacy core: what bank and channels cannot see of it is behind its telegrams.
import { runProgram } from '@core-exit/process/commands';
import { defectCommand } from './commands/legacy-defect.ts';
import { migrateCommand } from './commands/legacy-migrate.ts';
import { rolloverCommand } from './commands/legacy-rollover.ts';
import { serveCommand } from './commands/legacy-serve.ts';

await runProgram(
  {
    about: 'legacy-core: the core to leave, for development, tests and demo',
    commands: {
      serve: serveCommand,
      migrate: migrateCommand,
      rollover: rolloverCommand,
      defect: defectCommand,
    },
  },
  process.argv.slice(2),
);
