import type { JSONWebKeySet } from 'jose';
import { isProfile, PROFILES, type ProfileName } from '../legacy-core/behaviour/behaviour.ts';
import { IN_FLIGHT, SESSIONS } from './transport/telegram-transport/session-pool.ts';
import type { Dialect } from '../telegram/dialect.ts';
import { type LengthPrefix, PrefixUnknown, prefixOf, TEXT_4 } from '../telegram/prefix.ts';

type Environment = Record<string, string | undefined>;

/** The environment cannot be used as it is; the message lists every fault in it, without values. */
class ConfigFault extends Error {
  constructor(faults: string[]) {
    super(`the environment is wrong:\n- ${faults.join('\n- ')}`);
    this.name = 'ConfigFault';
  }
}

export type AdapterConfig = {
  /** Address to listen on; the default reaches this machine only. */
  host: string;
  port: number;
  /** Where what became of each payout is kept. */
  databaseUrl: string;
  transport: Transport;
  jwks: JSONWebKeySet;
  /** Version of the legacy core behind this adapter, as told to who compares. */
  version: string;
  logLevel: string;
};

/** How the legacy core is reached: held sessions of telegrams, or HTTP by a mapping file. */
export type Transport =
  | { kind: 'line'; host: string; port: number; dialect: Dialect; sessions: number; inFlight: number }
  | { kind: 'http'; url: string; mappingFile: string };

export function readAdapterConfig(environment: Environment = process.env): AdapterConfig {
  const env = new Reader(environment);
  const config = {
    host: env.host(),
    port: env.port('PORT'),
    databaseUrl: env.databaseUrl('DATABASE_URL'),
    transport: env.transport(),
    jwks: env.keySet('AUTH_JWKS'),
    version: env.version('SERVICE_VERSION'),
    logLevel: env.logLevel(),
  };
  return env.checked(config);
}

export type LegacyCoreConfig = {
  host: string;
  port: number;
  databaseUrl: string;
  prefix: LengthPrefix;
  /** How it behaves beside what it answers, at its start. */
  profile: ProfileName;
  /** Mean of the time added before each answer, in place of the profile's; 0 leaves the profile's. */
  latencyMs: number;
  /** Where its behaviour is switched while it runs; 0: nowhere. */
  controlPort: number;
  logLevel: string;
};

export function readLegacyCoreConfig(environment: Environment = process.env): LegacyCoreConfig {
  const env = new Reader(environment);
  const config = {
    host: env.host(),
    port: env.port('PORT'),
    databaseUrl: env.databaseUrl('DATABASE_URL'),
    prefix: env.prefix(),
    profile: env.profile('LEGACY_PROFILE'),
    latencyMs: env.whole('LEGACY_LATENCY_MS', { or: 0, max: MAX_LATENCY_MS }),
    controlPort: env.whole('CONTROL_PORT', { or: 0, max: MAX_PORT }),
    logLevel: env.logLevel(),
  };
  return env.checked(config);
}

/** Installing the schema takes the owner's address. */
export function readMigrationConfig(environment: Environment = process.env): {
  databaseUrl: string;
  logLevel: string;
} {
  const env = new Reader(environment);
  return env.checked({ databaseUrl: env.databaseUrl('DATABASE_URL'), logLevel: env.logLevel() });
}

/** An address as it may be logged. */
export function redacted(databaseUrl: string): string {
  const url = new URL(databaseUrl);
  if (url.password !== '') url.password = '[redacted]';
  return decodeURIComponent(url.href);
}

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'];
const DEFAULT_VERSION = 'legacy';
/** A mean above this would reach the adapter's deadlines. */
const MAX_LATENCY_MS = 1_000;
const MAX_PORT = 65_535;
/** What one legacy core can be asked to hold, and one session to carry. */
const MOST_SESSIONS = 128;
const MOST_IN_FLIGHT = 256;

/** Reads variable by variable and collects what is wrong; `checked` reports all of it at once. */
class Reader {
  readonly #environment: Environment;
  readonly #faults: string[] = [];

  constructor(environment: Environment) {
    this.#environment = environment;
  }

  checked<Config>(config: Config): Config {
    if (this.#faults.length > 0) throw new ConfigFault(this.#faults);
    return config;
  }

  text(name: string): string {
    const value = this.#environment[name] ?? '';
    if (value === '') this.#faults.push(`${name} is required`);
    return value;
  }

  host(): string {
    return this.#environment['HOST'] || '127.0.0.1';
  }

  port(name: string): number {
    return this.#whole(name, this.text(name), MAX_PORT);
  }

  whole(name: string, { or, max }: { or: number; max: number }): number {
    return this.#whole(name, this.#environment[name] || String(or), max);
  }

  prefix(): LengthPrefix {
    try {
      return prefixOf(this.#environment['LEGACY_PREFIX'] || 'text:4');
    } catch (fault) {
      if (!(fault instanceof PrefixUnknown)) throw fault;
      this.#faults.push('LEGACY_PREFIX must be a length prefix such as text:4, binary:2 or text:4:self');
      return TEXT_4;
    }
  }

  profile(name: string): ProfileName {
    const value = this.#environment[name] || 'well';
    if (isProfile(value)) return value;
    this.#faults.push(`${name} must be one of ${Object.keys(PROFILES).join(' ')}`);
    return 'well';
  }

  transport(): Transport {
    const mappingFile = this.#environment['LEGACY_MAPPING_FILE'] ?? '';
    if (mappingFile !== '') return { kind: 'http', url: this.httpUrl('LEGACY_CORE_URL'), mappingFile };
    return {
      kind: 'line',
      host: this.text('LEGACY_CORE_HOST'),
      port: this.port('LEGACY_CORE_PORT'),
      dialect: { prefix: this.prefix(), layouts: this.#layouts() },
      sessions: Math.max(1, this.whole('LEGACY_SESSIONS', { or: SESSIONS, max: MOST_SESSIONS })),
      inFlight: Math.max(1, this.whole('LEGACY_IN_FLIGHT', { or: IN_FLIGHT, max: MOST_IN_FLIGHT })),
    };
  }

  httpUrl(name: string): string {
    const value = this.text(name);
    if (value !== '' && !/^https?:\/\/./.test(value)) this.#faults.push(`${name} must be an http:// address`);
    return value;
  }

  databaseUrl(name: string): string {
    const value = this.text(name);
    if (value !== '' && !/^postgres(ql)?:\/\/./.test(value))
      this.#faults.push(`${name} must be a postgres:// address`);
    if (value !== '' && !URL.canParse(value)) this.#faults.push(`${name} is not an address`);
    return value;
  }

  keySet(name: string): JSONWebKeySet {
    try {
      const parsed: unknown = JSON.parse(this.text(name) || '{"keys":[]}');
      if (Array.isArray((parsed as JSONWebKeySet).keys)) return parsed as JSONWebKeySet;
    } catch {
      // reported below: the parser's message would repeat the value
    }
    this.#faults.push(`${name} must be a JSON Web Key Set: {"keys":[..]}`);
    return { keys: [] };
  }

  version(name: string): string {
    const value = this.#environment[name] || DEFAULT_VERSION;
    if (!/^[A-Za-z0-9._+-]{1,40}$/.test(value)) this.#faults.push(`${name} must be a version such as 1.0.0`);
    return value;
  }

  logLevel(): string {
    const value = this.#environment['LOG_LEVEL'] || 'info';
    if (!LOG_LEVELS.includes(value)) this.#faults.push(`LOG_LEVEL must be one of ${LOG_LEVELS.join(' ')}`);
    return value;
  }

  #layouts(): 1 | 2 {
    const value = this.#environment['LEGACY_LAYOUTS'] || '1';
    if (value !== '1' && value !== '2') this.#faults.push('LEGACY_LAYOUTS must be 1 or 2');
    return value === '2' ? 2 : 1;
  }

  #whole(name: string, value: string, max: number): number {
    if (value === '') return 0;
    if (!/^[0-9]{1,6}$/.test(value) || Number(value) > max) this.#faults.push(`${name} must be 0 to ${max}`);
    return Number(value);
  }
}
