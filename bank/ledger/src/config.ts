import { type Environment, readSettings, required, secret } from '@core-exit/process/configuration';
import { postgresUrl } from '@core-exit/process/setting-readers';

/** `migrate` runs as the owner of the database. */
export function readMigrationConfig(env: Environment = process.env) {
  return readSettings({ databaseUrl: secret(required('DATABASE_URL', postgresUrl)) }, env);
}
