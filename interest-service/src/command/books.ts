import type { DataSource } from 'typeorm';
import { type Config, readConfig } from '../config.ts';
import { connect, REPORT_LIMITS } from '../ledger/data-source.ts';

/** Runs a command on the books with the limits of long reports, and lets go of the database whatever happens. */
export async function withBooks<T>(
  name: string,
  work: (source: DataSource, config: Config) => Promise<T>,
): Promise<T> {
  const config = readConfig('batch');
  const source = await connect(config.databaseUrl, `interest-${name}`, REPORT_LIMITS);
  try {
    return await work(source, config);
  } finally {
    await source.destroy();
  }
}
