import { BadInput } from './faults.ts';

export type Config = {
  unleashUrl: string;
  unleashAdminToken: string;
  evidenceUrl: string;
  /** Name of a plan that comes along, or a path. */
  plan: string;
  logLevel: string;
  host: string;
  /** Where `watch` can be asked about its health and its decisions; null: it listens nowhere. */
  port: number | null;
};

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'];

/** The only reader of the environment; `--plan` goes before ROLLOUT_PLAN. Throws {@link BadInput} with all faults at once. */
export function readConfig(planOption?: string, env: NodeJS.ProcessEnv = process.env): Config {
  const found: string[] = [];
  const required = (name: string): string => {
    const value = env[name] ?? '';
    if (value === '') found.push(`${name} is missing`);
    return value;
  };
  const url = (name: string): string => {
    const value = required(name);
    if (value !== '' && !/^https?:$/.test(URL.parse(value)?.protocol ?? '')) {
      found.push(`${name} is not an http(s) address`);
    }
    return value;
  };
  const config: Config = {
    unleashUrl: url('UNLEASH_URL'),
    unleashAdminToken: required('UNLEASH_ADMIN_TOKEN'),
    evidenceUrl: url('EVIDENCE_URL'),
    plan: planOption ?? required('ROLLOUT_PLAN'),
    logLevel: env['LOG_LEVEL'] ?? 'info',
    host: env['HOST'] || '127.0.0.1',
    port: env['PORT'] === undefined || env['PORT'] === '' ? null : Number(env['PORT']),
  };
  if (!LOG_LEVELS.includes(config.logLevel)) found.push(`LOG_LEVEL must be one of ${LOG_LEVELS.join(', ')}`);
  if (config.port !== null && !(Number.isInteger(config.port) && config.port >= 0 && config.port < 65_536)) {
    found.push('PORT is not a port number');
  }
  if (found.length > 0) throw new BadInput('the environment', found);
  return config;
}

/** The configuration as it may be logged. */
export function printable(config: Config): object {
  return { ...config, unleashAdminToken: '[redacted]' };
}
