import { BadInput } from '@core-exit/process/faults';

export type Config = {
  unleashUrl: string;
  unleashAdminToken: string;
  evidenceUrl: string;
  /** The rollout's own database; role `rollout`. */
  databaseUrl: string;
  /** A function of that database that says the bank's instant; bake times and midnights are by it. */
  clockFunction: string;
  /** Null: nobody is told. */
  slackWebhookUrl: string | null;
  /** Name of a plan that comes along, or a path. */
  plan: string;
  logLevel: string;
  host: string;
  /** Where `watch` can be asked about its health and its decisions; null: it listens nowhere. */
  port: number | null;
};

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'];
/** It goes into a statement, so it is a name and nothing else. */
const FUNCTION_NAME = /^[a-z_][a-z0-9_]*(\.[a-z_][a-z0-9_]*)?$/;

/** The only reader of the environment; `--plan` goes before ROLLOUT_PLAN. Throws {@link BadInput} with all faults at once. */
export function readConfig(planOption?: string, env: NodeJS.ProcessEnv = process.env): Config {
  const found: string[] = [];
  const required = (name: string): string => {
    const value = env[name] ?? '';
    if (value === '') found.push(`${name} is missing`);
    return value;
  };
  const url = (name: string, protocols: RegExp, value = required(name)): string => {
    if (value !== '' && !protocols.test(URL.parse(value)?.protocol ?? '')) {
      found.push(`${name} is not an address (${protocols.source})`);
    }
    return value;
  };
  const slack = env['SLACK_WEBHOOK_URL'] ?? '';
  const config: Config = {
    unleashUrl: url('UNLEASH_URL', HTTP),
    unleashAdminToken: required('UNLEASH_ADMIN_TOKEN'),
    evidenceUrl: url('EVIDENCE_URL', HTTP),
    databaseUrl: url('DATABASE_URL', POSTGRES),
    clockFunction: env['CLOCK_FUNCTION'] || 'clock_timestamp',
    slackWebhookUrl: slack === '' ? null : url('SLACK_WEBHOOK_URL', HTTP, slack),
    plan: planOption ?? required('ROLLOUT_PLAN'),
    logLevel: env['LOG_LEVEL'] ?? 'info',
    host: env['HOST'] || '127.0.0.1',
    port: env['PORT'] === undefined || env['PORT'] === '' ? null : Number(env['PORT']),
  };
  if (!FUNCTION_NAME.test(config.clockFunction)) found.push('CLOCK_FUNCTION is not the name of a function');
  if (!LOG_LEVELS.includes(config.logLevel)) found.push(`LOG_LEVEL must be one of ${LOG_LEVELS.join(', ')}`);
  if (config.port !== null && !(Number.isInteger(config.port) && config.port >= 0 && config.port < 65_536)) {
    found.push('PORT is not a port number');
  }
  if (found.length > 0) throw new BadInput('the environment', found);
  return config;
}

const HTTP = /^https?:$/;
const POSTGRES = /^postgres(ql)?:$/;

/** `migrate` needs the owner's address and nothing else. */
export function readMigrationConfig(env: NodeJS.ProcessEnv = process.env): { databaseUrl: string } {
  const databaseUrl = env['DATABASE_URL'];
  if (!databaseUrl) throw new BadInput('the environment', ['DATABASE_URL is missing']);
  return { databaseUrl };
}

/** The configuration as it may be logged. */
export function printable(config: Config): object {
  const databaseUrl = new URL(config.databaseUrl);
  if (databaseUrl.password !== '') databaseUrl.password = 'redacted';
  const slackWebhookUrl = config.slackWebhookUrl === null ? null : '[redacted]';
  return { ...config, unleashAdminToken: '[redacted]', databaseUrl: databaseUrl.href, slackWebhookUrl };
}
