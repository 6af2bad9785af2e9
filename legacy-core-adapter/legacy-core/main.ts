// The legacy core: what bank and channels cannot see of it is behind its telegrams.
import { runProgram } from '@core-exit/process/commands';
import { defectCommand } from './defects/defect.command.ts';
import { migrateCommand } from '../src/commands/legacy-migrate.ts';
import { rolloverCommand } from '../src/commands/legacy-rollover.ts';
import { serveCommand } from './serve.command.ts';

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
