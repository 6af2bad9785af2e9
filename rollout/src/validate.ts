import { BadInput } from '@core-exit/process/faults';
import type Type from 'typebox';
import { Value } from 'typebox/value';

/** The value as the schema's type, or {@link BadInput} with every fault and its place. */
export function validate<S extends Type.TSchema>(schema: S, value: unknown, what: string): Type.Static<S> {
  if (Value.Check(schema, value)) return value as Type.Static<S>;
  const found = [...Value.Errors(schema, value)]
    .filter((e) => e.keyword !== 'additionalProperties') // its twin `boolean` names the field
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
