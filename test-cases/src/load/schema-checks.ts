import type { TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import type { Kind } from '../row/row.ts';
import { DayCountRow, PayoutRow, TaxRow } from '../row/schema.ts';

/** A fault of a row, at a JSON pointer in the row. */
export type RowFault = { pointer: string; reason: string };

const SCHEMAS = { payout: PayoutRow, tax: TaxRow, 'day count': DayCountRow } as const satisfies Record<
  Kind,
  TSchema
>;
const validators = {
  payout: Compile(PayoutRow),
  tax: Compile(TaxRow),
  'day count': Compile(DayCountRow),
};

/** The kind of a row by the fields of `given`, so that its faults are reported for that kind alone. */
export function kindOf(row: unknown): Kind | RowFault {
  const given: unknown = isObject(row) ? row['given'] : undefined;
  if (!isObject(row)) return { pointer: '', reason: 'a row is an object with id, given and expect' };
  if (!isObject(given)) return { pointer: '/given', reason: '"given" is missing or no object' };
  if ('product' in given || 'balances' in given) return 'payout';
  if ('gross' in given || 'on' in given) return 'tax';
  if ('dayCount' in given || 'start' in given) return 'day count';
  return {
    pointer: '/given',
    reason:
      'neither a payout (product, balances), a tax (taxClass, on, gross) nor a day count (dayCount, start, end)',
  };
}

/** Every fault of a row against the schema of its kind. */
export function schemaFaults(kind: Kind, row: unknown): RowFault[] {
  const validator = validators[kind];
  if (validator.Check(row)) return [];
  const faults = validator
    .Errors(row)
    .flatMap(({ keyword, instancePath, params }) =>
      reasonsOf(kind, row, keyword, instancePath, params as Record<string, unknown>),
    );
  const seen = new Set<string>();
  return faults.filter(
    ({ pointer, reason }) => !seen.has(`${pointer} ${reason}`) && seen.add(`${pointer} ${reason}`),
  );
}

function reasonsOf(
  kind: Kind,
  row: unknown,
  keyword: string,
  pointer: string,
  params: Record<string, unknown>,
): RowFault[] {
  const found = JSON.stringify(valueAt(row, pointer));
  const at = (reason: string, where = pointer): RowFault[] => [{ pointer: where, reason }];
  const names = (key: string) => (Array.isArray(params[key]) ? (params[key] as unknown[]).map(String) : []);
  switch (keyword) {
    case 'required':
      return names('requiredProperties').flatMap((name) => at(`"${name}" is missing`));
    case 'additionalProperties':
      return names('additionalProperties').flatMap((name) =>
        at(`unknown field "${name}"`, `${pointer}/${name}`),
      );
    case 'enum':
      return at(`unknown ${found}: one of ${names('allowedValues').join(', ')} is expected`);
    case 'type':
      return at(
        `${typeName(valueAt(row, pointer))} ${found} instead of ${dueAt(kind, pointer) ?? String(params['type'])}`,
      );
    case 'pattern':
    case 'minLength':
    case 'maxLength':
      return at(`${found} is not ${dueAt(kind, pointer) ?? 'of the right form'}`);
    case 'minItems':
    case 'minProperties':
      return at('must not be empty');
    case 'uniqueItems':
      return at('the same word stands twice');
    case 'minimum':
    case 'maximum':
      return at(`${found} is out of bounds (${keyword} ${String(params['limit'])})`);
    case 'boolean':
      return []; // repeats the fault of additionalProperties
    default:
      return at(`${found} does not fit (${keyword})`);
  }
}

function dueAt(kind: Kind, pointer: string): string | undefined {
  const names = pointer.split('/').slice(1);
  let node: SchemaNode | undefined = SCHEMAS[kind] as SchemaNode;
  for (const name of names) node = node?.properties?.[name] ?? node?.items;
  return node?.description ?? (node?.type === undefined ? undefined : `a ${String(node.type)}`);
}

type SchemaNode = {
  type?: string | string[];
  description?: string;
  properties?: Record<string, SchemaNode>;
  items?: SchemaNode;
};

function valueAt(row: unknown, pointer: string): unknown {
  return pointer
    .split('/')
    .slice(1)
    .reduce<unknown>((value, name) => (value as Record<string, unknown> | undefined)?.[name], row);
}

const typeName = (value: unknown): string =>
  value === null
    ? 'null'
    : Array.isArray(value)
      ? 'an array'
      : typeof value === 'object'
        ? 'an object'
        : `the ${typeof value}`;

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
