import {
  type Environment,
  optional,
  printableSettings,
  readSettings,
  required,
  type Settings,
  secret,
  withDefault,
} from '@core-exit/process/configuration';
import {
  httpUrl,
  logLevel,
  matching,
  portNumber,
  postgresUrl,
  text,
} from '@core-exit/process/setting-readers';

/** The name is put into an SQL statement, so nothing but a name is accepted. */
const FUNCTION_NAME = /^[a-z_][a-z0-9_]*(\.[a-z_][a-z0-9_]*)?$/;

const SETTINGS = {
  unleashUrl: required('UNLEASH_URL', httpUrl),
  unleashAdminToken: secret(required('UNLEASH_ADMIN_TOKEN', text)),
  evidenceUrl: required('EVIDENCE_URL', httpUrl),
  /** The database of the rollout, with role `rollout`. */
  databaseUrl: required('DATABASE_URL', postgresUrl),
  /** A function of that database that returns the current instant. Bake times and midnights are measured by it. */
  clockFunction: withDefault(
    'CLOCK_FUNCTION',
    matching(FUNCTION_NAME, 'the name of a function'),
    'clock_timestamp',
  ),
  /** Null: no messages are sent. */
  slackWebhookUrl: secret(optional('SLACK_WEBHOOK_URL', httpUrl)),
  /** Path of the plan. */
  plan: required('ROLLOUT_PLAN', text),
  logLevel: withDefault('LOG_LEVEL', logLevel, 'info'),
  host: withDefault('HOST', text, '127.0.0.1'),
  /** Port of the health server of `watch`. Null: no health server. */
  port: optional('PORT', portNumber),
};
export type Config = Settings<typeof SETTINGS>;

/** Reads the environment. `--plan` has priority over ROLLOUT_PLAN. Throws {@link BadInput} that lists every fault. */
export function readConfig(planOption?: string, env: Environment = process.env): Config {
  const planned =
    planOption === undefined ? env : { ...env, ROLLOUT_PLAN: planOption, ROLLOUT_PLAN_FILE: '' };
  return readSettings(SETTINGS, planned);
}

/** `migrate` needs only the address of the owner of the database. */
export function readMigrationConfig(env: Environment = process.env): Pick<Config, 'databaseUrl'> {
  return readSettings({ databaseUrl: SETTINGS.databaseUrl }, env);
}

/** The configuration as it may be logged. */
export function printable(config: Config): object {
  return printableSettings(SETTINGS, config);
}
