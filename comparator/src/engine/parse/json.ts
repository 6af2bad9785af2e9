/** A JSON document with all digits of its numbers. Objects are maps, so `__proto__` is an ordinary key. */
export type Json = null | boolean | string | JsonNumber | Json[] | JsonObject;
export type JsonObject = Map<string, Json>;

/** A number with its text: `1.0`, `9007199254740993`, `1e400`. */
export class JsonNumber {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

export function isContainer(value: Json): value is Json[] | JsonObject {
  return Array.isArray(value) || value instanceof Map;
}

export type JsonType = 'null' | 'boolean' | 'string' | 'number' | 'array' | 'object';

export function typeOf(value: Json): JsonType {
  if (value === null) return 'null';
  if (typeof value === 'boolean') return 'boolean';
  if (typeof value === 'string') return 'string';
  if (value instanceof JsonNumber) return 'number';
  return Array.isArray(value) ? 'array' : 'object';
}

/** The value as JSON text, with every number as it was written. */
export function stringify(value: Json): string {
  if (value instanceof JsonNumber) return value.text;
  if (Array.isArray(value)) return `[${value.map(stringify).join(',')}]`;
  if (value instanceof Map) {
    return `{${[...value].map(([key, item]) => `${JSON.stringify(key)}:${stringify(item)}`).join(',')}}`;
  }
  return JSON.stringify(value);
}
