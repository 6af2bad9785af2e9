import {
  type Environment,
  optional,
  readSettings,
  required,
  type Settings,
  withDefault,
} from '@core-exit/process/configuration';
import {
  httpUrl,
  jsonWebKeySet,
  logLevel,
  matching,
  portNumber,
  postgresUrl,
  readableFile,
  text,
  wholeNumber,
} from '@core-exit/process/setting-readers';
import type { Version } from '../telegram/header.ts';
import { prefixOf, TEXT_4 } from '../telegram/prefix.ts';
import { IN_FLIGHT, SESSIONS } from './transport/telegram-transport/session-pool.ts';

/** The most sessions with one legacy core, and the most telegrams in flight on one session. */
const MOST_SESSIONS = 128;
const MOST_IN_FLIGHT = 256;

const databaseUrl = required('DATABASE_URL', postgresUrl);

const COMMON = {
  /** Address to listen on. The default is reachable from this machine only. */
  host: withDefault('HOST', text, '127.0.0.1'),
  port: required('PORT', portNumber),
  /** The database of the sent payouts. */
  databaseUrl,
  jwks: required('AUTH_JWKS', jsonWebKeySet),
  /** Version of the legacy core behind this adapter, for the header `core-version`. */
  version: withDefault(
    'SERVICE_VERSION',
    matching(/^[A-Za-z0-9._+-]{1,40}$/, 'a version such as 1.0.0'),
    'legacy',
  ),
  logLevel: withDefault('LOG_LEVEL', logLevel, 'info'),
};

const TELEGRAM = {
  legacyHost: required('LEGACY_CORE_HOST', text),
  legacyPort: required('LEGACY_CORE_PORT', portNumber),
  prefix: withDefault('LEGACY_PREFIX', prefixOf, TEXT_4),
  layouts: withDefault('LEGACY_LAYOUTS', layoutsOf, 1),
  sessions: withDefault('LEGACY_SESSIONS', wholeNumber(1, MOST_SESSIONS), SESSIONS),
  inFlight: withDefault('LEGACY_IN_FLIGHT', wholeNumber(1, MOST_IN_FLIGHT), IN_FLIGHT),
};

const HTTP = {
  mappingFile: required('LEGACY_MAPPING_FILE', readableFile),
  url: required('LEGACY_CORE_URL', httpUrl),
};

/** The transport to the legacy core: telegrams in held sessions, or HTTP by a mapping file. */
export type Transport =
  | ({ kind: 'telegram' } & Settings<typeof TELEGRAM>)
  | ({ kind: 'http' } & Settings<typeof HTTP>);

export type AdapterConfig = Settings<typeof COMMON> & { transport: Transport };

/** Reads the settings of `serve`. With LEGACY_MAPPING_FILE the legacy core speaks HTTP, otherwise telegrams. */
export function readAdapterConfig(environment: Environment = process.env): AdapterConfig {
  const { mapping } = readSettings({ mapping: optional('LEGACY_MAPPING_FILE', text) }, environment);
  if (mapping !== null) {
    const { mappingFile, url, ...common } = readSettings({ ...COMMON, ...HTTP }, environment);
    return { ...common, transport: { kind: 'http', mappingFile, url } };
  }
  const { legacyHost, legacyPort, prefix, layouts, sessions, inFlight, ...common } = readSettings(
    { ...COMMON, ...TELEGRAM },
    environment,
  );
  return {
    ...common,
    transport: { kind: 'telegram', legacyHost, legacyPort, prefix, layouts, sessions, inFlight },
  };
}

/** Reads the settings of `migrate`, which needs the address of the database's owner. */
export function readMigrationConfig(environment: Environment = process.env): { databaseUrl: string } {
  return readSettings({ databaseUrl }, environment);
}

function layoutsOf(value: string): Version {
  if (value === '1') return 1;
  if (value === '2') return 2;
  throw new Error('must be 1 or 2');
}
