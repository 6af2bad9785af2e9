import type { JSONWebKeySet } from 'jose';

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
  legacyCore: { host: string; port: number };
  jwks: JSONWebKeySet;
  /** Version of the legacy core behind this adapter, as told to who compares. */
  version: string;
  logLevel: string;
};

export function readAdapterConfig(environment: Environment = process.env): AdapterConfig {
  const env = new Reader(environment);
  const config = {
    host: env.host(),
    port: env.port('PORT'),
    legacyCore: { host: env.text('LEGACY_CORE_HOST'), port: env.port('LEGACY_CORE_PORT') },
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
  /** Mean of the time added before each answer; 0 adds none. */
  latencyMs: number;
  logLevel: string;
};

export function readLegacyCoreConfig(environment: Environment = process.env): LegacyCoreConfig {
  const env = new Reader(environment);
  const config = {
    host: env.host(),
    port: env.port('PORT'),
    databaseUrl: env.databaseUrl('DATABASE_URL'),
    latencyMs: env.latencyMs('LEGACY_LATENCY_MS'),
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
    return this.#whole(name, this.text(name), 65_535);
  }

  latencyMs(name: string): number {
    return this.#whole(name, this.#environment[name] || '0', MAX_LATENCY_MS);
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

  #whole(name: string, value: string, max: number): number {
    if (value === '') return 0;
    if (!/^[0-9]{1,6}$/.test(value) || Number(value) > max) this.#faults.push(`${name} must be 0 to ${max}`);
    return Number(value);
  }
}
