import { readFileSync } from 'node:fs';
import { BadInput } from './faults.ts';

/** Text to a value; throws an Error whose message says what is due and never repeats the text, which may be a secret. */
export type Reader<T> = (text: string) => T;

/** One environment variable. */
export type Setting<T> = {
  name: string;
  read: Reader<T>;
  /** What an absent variable gives; without it the variable is required. */
  absent?: { value: T };
  /** Printed as `[redacted]`. */
  isSecret: boolean;
};

type Schema = Record<string, Setting<unknown>>;
/** What {@link readSettings} returns for a schema. */
export type Settings<S extends Schema> = { [Key in keyof S]: S[Key] extends Setting<infer T> ? T : never };
export type Environment = Record<string, string | undefined>;

export function required<T>(name: string, read: Reader<T>): Setting<T> {
  return { name, read, isSecret: false };
}

export function optional<T>(name: string, read: Reader<T>): Setting<T | null> {
  return { name, read, absent: { value: null }, isSecret: false };
}

export function withDefault<T>(name: string, read: Reader<T>, value: NoInfer<T>): Setting<T> {
  return { name, read, absent: { value }, isSecret: false };
}

/** The same setting, never printed. */
export function secret<T>(setting: Setting<T>): Setting<T> {
  return { ...setting, isSecret: true };
}

/**
 * Reads and checks every setting of a schema. `NAME_FILE` beside `NAME` gives the path of a file that holds the value, as
 * orchestrators mount secrets; one newline at its end is not part of the value. An empty variable counts as absent.
 * Throws one {@link BadInput} that lists every fault.
 */
export function readSettings<S extends Schema>(schema: S, env: Environment): Settings<S> {
  const found: string[] = [];
  const values = Object.entries(schema).map(([key, setting]) => [key, valueOf(setting, env, found)]);
  if (found.length > 0) throw new BadInput('the environment', found);
  return Object.fromEntries(values) as Settings<S>;
}

function valueOf({ name, read, absent }: Setting<unknown>, env: Environment, found: string[]): unknown {
  try {
    const text = textOf(name, env);
    if (text !== '') return read(text);
    if (absent !== undefined) return absent.value;
    found.push(`${name} is missing`);
  } catch (fault) {
    found.push(`${name}: ${(fault as Error).message}`);
  }
  return undefined;
}

function textOf(name: string, env: Environment): string {
  const file = env[`${name}_FILE`] || '';
  const direct = env[name] ?? '';
  if (file === '') return direct;
  if (direct !== '') throw new Error(`${name}_FILE is set as well: set one of the two`);
  try {
    return readFileSync(file, 'utf8').replace(/\r?\n$/, '');
  } catch (fault) {
    throw new Error(`the file of ${name}_FILE is not readable (${(fault as NodeJS.ErrnoException).code})`);
  }
}

/** Settings as they may be logged: secrets as `[redacted]`, and no password in any address. */
export function printableSettings<S extends Schema>(schema: S, values: Settings<S>): object {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => [key, schema[key]?.isSecret ? hidden(value) : shown(value)]),
  );
}

const hidden = (value: unknown): unknown => (value === null || value === '' ? value : '[redacted]');

function shown(value: unknown): unknown {
  if (typeof value !== 'string' || !URL.canParse(value)) return value;
  return redactedUrl(value);
}

/** An address without its password. */
export function redactedUrl(text: string): string {
  const url = new URL(text);
  if (url.password === '') return text;
  url.password = 'redacted';
  return url.href;
}
