import {
  type Environment,
  readSettings,
  required,
  type Settings,
  withDefault,
} from '@core-exit/process/configuration';
import {
  logLevel,
  oneOf,
  portNumber,
  postgresUrl,
  text,
  wholeNumber,
} from '@core-exit/process/setting-readers';
import { prefixOf, TEXT_4 } from '../telegram/prefix.ts';
import { PROFILE_NAMES } from './behaviour/behaviour.ts';

/** A larger mean would reach the adapter's deadlines. */
const MAX_LATENCY_MS = 1_000;

const OWNER = {
  databaseUrl: required('DATABASE_URL', postgresUrl),
  logLevel: withDefault('LOG_LEVEL', logLevel, 'info'),
};

const SERVE = {
  ...OWNER,
  /** Address to listen on. The default is reachable from this machine only. */
  host: withDefault('HOST', text, '127.0.0.1'),
  port: required('PORT', portNumber),
  prefix: withDefault('LEGACY_PREFIX', prefixOf, TEXT_4),
  /** Behaviour at the start. */
  profile: withDefault('LEGACY_PROFILE', oneOf(PROFILE_NAMES), 'well'),
  /** Mean of the time before each answer, instead of the profile's latency; 0 keeps the profile's latency. */
  latencyMs: withDefault('LEGACY_LATENCY_MS', wholeNumber(0, MAX_LATENCY_MS), 0),
  /** Port of the control server, which changes the behaviour of the running core; 0 for no control server. */
  controlPort: withDefault('CONTROL_PORT', portNumber, 0),
};

export type LegacyCoreConfig = Settings<typeof SERVE>;

/** Reads the settings of `serve`. */
export function readLegacyCoreConfig(environment: Environment = process.env): LegacyCoreConfig {
  return readSettings(SERVE, environment);
}

/** Reads the settings of the commands that need the address of the schema's owner. */
export function readOwnerConfig(environment: Environment = process.env): Settings<typeof OWNER> {
  return readSettings(OWNER, environment);
}
