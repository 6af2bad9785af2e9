import { EXIT } from '@core-exit/process/exit-codes';
import { readMigrationConfig } from '../config.ts';
import { migrate } from '../store/migrate.sql.ts';
import { withoutArguments } from './arguments.ts';

const HELP = `Brings the schema \`comparator\` to the state of this release, and prints the files that were applied.

  comparator migrate

Environment: DATABASE_URL of the database's owner. Exit: 0 done · 3 bad arguments or environment · 4 a fault
`;

/** `comparator migrate`. */
export const migrateCommand = withoutArguments(HELP, async () => {
  const applied = await migrate(readMigrationConfig().databaseUrl);
  process.stdout.write(`${applied.length === 0 ? 'nothing to do' : applied.join('\n')}\n`);
  return EXIT.done;
});
