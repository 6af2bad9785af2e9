import { readFileSync } from 'node:fs';
import { BadInput } from '@core-exit/process/faults';
import type Type from 'typebox';
import { Value } from 'typebox/value';

/** Reads the JSON document at a path; `-` is standard input. Throws {@link BadInput}. */
export function readJson(path: string, what: string): unknown {
  try {
    return JSON.parse(readFileSync(path === '-' ? 0 : path, 'utf8'));
  } catch (error) {
    throw new BadInput(what, [`${path}: ${(error as Error).message}`]);
  }
}

/** Returns the document with the type of the schema. Throws {@link BadInput} that lists every fault with its place. */
export function validate<S extends Type.TSchema>(schema: S, value: unknown, what: string): Type.Static<S> {
  if (Value.Check(schema, value)) return value as Type.Static<S>;
  const found = [...Value.Errors(schema, value)]
    // For an unknown field there is a second error with keyword `boolean`, which has the path of the field.
    .filter((e) => e.keyword !== 'additionalProperties')
    .map((e) => `${e.instancePath || '(whole document)'}: ${wording(e.keyword, e.message, e.params)}`);
  throw new BadInput(what, [...new Set(found)]);
}

function wording(keyword: string, message: string, params: unknown): string {
  if (keyword === 'boolean') return 'no such field';
  if (keyword === 'required')
    return `${(params as { requiredProperties?: string[] }).requiredProperties?.join(', ') ?? 'a field'} missing`;
  const allowed = (params as { allowedValues?: unknown[] }).allowedValues;
  return allowed === undefined ? message : `${message}: ${allowed.join(', ')}`;
}
