import { readMigrationConfig } from '../config.ts';
import { migrate } from '../store/migrate.ts';
import { EXIT } from './exit.ts';

/** `comparator migrate`: brings schema `comparator` to its newest form and names what it applied. */
export async function migrateCommand(): Promise<number> {
  const applied = await migrate(readMigrationConfig().databaseUrl);
  process.stdout.write(`${applied.length === 0 ? 'nothing to do' : applied.join('\n')}\n`);
  return EXIT.done;
}
