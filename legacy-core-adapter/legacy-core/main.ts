// The legacy core: the core that the bank leaves. Other processes know only its telegrams.
import { runProgram } from '@core-exit/process/commands';
import { redactedUrl } from '@core-exit/process/configuration';
import { EXIT } from '@core-exit/process/exit-codes';
import { serviceLog } from '@core-exit/process/log';
import { readOwnerConfig } from './config.ts';
import { defectCommand } from './defects/defect.command.ts';
import { migrate } from './migrate.sql.ts';
import { rollOver } from './rollover.sql.ts';
import { serveCommand } from './serve.command.ts';

await runProgram(
  {
    about: 'legacy-core: the core that the bank leaves, for development, tests and demo',
    commands: {
      serve: serveCommand,
      migrate: {
        about: "installs schema legacy (owner's DATABASE_URL)",
        async run() {
          const { databaseUrl, logLevel } = readOwnerConfig();
          const installed = await migrate(databaseUrl);
          const database = redactedUrl(databaseUrl);
          serviceLog('legacy-core', logLevel).info({ database, installed }, 'schema legacy is installed');
          return EXIT.done;
        },
      },
      rollover: {
        about: 'closes the books of past days whose totals agree, and prints them as JSON',
        async run() {
          const closed = await rollOver(readOwnerConfig().databaseUrl);
          process.stdout.write(`${JSON.stringify({ closed })}\n`);
          return EXIT.done;
        },
      },
      defect: defectCommand,
    },
  },
  process.argv.slice(2),
);
