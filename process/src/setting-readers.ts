import { accessSync, constants } from 'node:fs';
import { resolve } from 'node:path';
import type { Reader } from './configuration.ts';

const MAX_PORT = 65_535;
const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export const text: Reader<string> = (value) => value;

/** A whole number from `min` to `max`, written in digits alone. */
export function wholeNumber(min: number, max: number): Reader<number> {
  return (value) => {
    const number = Number(value);
    if (!/^[0-9]{1,15}$/.test(value) || number < min || number > max) {
      throw new Error(`must be a whole number from ${min} to ${max}`);
    }
    return number;
  };
}

/** 0 lets the operating system choose. */
export const portNumber: Reader<number> = wholeNumber(0, MAX_PORT);

function urlOf(...protocols: string[]): Reader<string> {
  return (value) => {
    if (!protocols.includes(URL.parse(value)?.protocol ?? '')) {
      throw new Error(`must be an address such as ${protocols[0]}//host`);
    }
    return value;
  };
}

export const httpUrl: Reader<string> = urlOf('http:', 'https:');
export const postgresUrl: Reader<string> = urlOf('postgres:', 'postgresql:');
export const redisUrl: Reader<string> = urlOf('redis:', 'rediss:');

export function oneOf<const T extends string>(values: readonly T[]): Reader<T> {
  return (value) => {
    const found = values.find((one) => one === value);
    if (found === undefined) throw new Error(`must be one of ${values.join(' ')}`);
    return found;
  };
}

export const logLevel: Reader<LogLevel> = oneOf(LOG_LEVELS);

/** Text of a pattern; `due` says in words what the pattern asks for. */
export function matching(pattern: RegExp, due: string): Reader<string> {
  return (value) => {
    if (!pattern.test(value)) throw new Error(`must be ${due}`);
    return value;
  };
}

/** Items between commas, without spaces around them. */
export const list: Reader<string[]> = (value) =>
  value
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');

/** Bytes in base64, exactly `length` of them. */
export function base64Bytes(length: number): Reader<Buffer> {
  return (value) => {
    const bytes = Buffer.from(value, 'base64');
    if (bytes.length !== length) {
      throw new Error(`must be ${length} bytes in base64 (openssl rand -base64 ${length})`);
    }
    return bytes;
  };
}

/** The absolute path of a file that this process may read. */
export const readableFile: Reader<string> = (value) => {
  const path = resolve(value);
  try {
    accessSync(path, constants.R_OK);
  } catch (fault) {
    throw new Error(`must be a readable file (${(fault as NodeJS.ErrnoException).code})`);
  }
  return path;
};

export type KeySet = { keys: Record<string, unknown>[] };

/** A JSON Web Key Set (RFC 7517) with at least one key. */
export const jsonWebKeySet: Reader<KeySet> = (value) => {
  try {
    const parsed = JSON.parse(value) as KeySet;
    if (Array.isArray(parsed.keys) && parsed.keys.length > 0) return parsed;
  } catch {
    // The message below serves as well; the parser's own would repeat the value.
  }
  throw new Error('must be a JSON Web Key Set with at least one key: {"keys":[..]}');
};
