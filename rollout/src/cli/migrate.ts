import { readMigrationConfig } from '../config.ts';
import { migrate } from '../store/migrate.ts';
import { EXIT, type Outcome } from './outcome.ts';

export async function migrateCommand(): Promise<Outcome> {
  const applied = await migrate(readMigrationConfig().databaseUrl);
  const text = applied.length === 0 ? 'the schema is up to date' : `applied ${applied.join(', ')}`;
  return { exit: EXIT.done, text, json: { command: 'migrate', applied } };
}
