import type { Command } from '@core-exit/process/commands';
import { readMigrationConfig } from '../config.ts';
import { rollOver } from '../../legacy-core/rollover.sql.ts';

export const rolloverCommand: Command = {
  about: 'closes the books of past days whose totals agree, and prints them as JSON',
  async run() {
    const closed = await rollOver(readMigrationConfig().databaseUrl);
    process.stdout.write(`${JSON.stringify({ closed })}\n`);
    return 0;
  },
};
