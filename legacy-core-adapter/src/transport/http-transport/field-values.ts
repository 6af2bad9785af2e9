import { Malformed, Unencodable } from '../../../telegram/codec-errors.ts';
import type { Field, Layout, Values } from '../../../telegram/layout.ts';
import { encodeRecord } from '../../../telegram/record.ts';
import { at, listOf, type Tree, textOf } from './document.ts';
import type { Mapping } from './mapping.ts';

type Notation = Pick<Mapping, 'words' | 'dates' | 'times'>;
type Fields = Record<string, string>;
type Groups = Record<string, { at: string; fields: Fields }>;

/** A template with every `{FIELD}` replaced by the text of its value. */
export function filled(template: unknown, values: Record<string, unknown>, notation: Notation): Tree {
  if (Array.isArray(template)) return template.map((part) => filled(part, values, notation));
  if (typeof template === 'object' && template !== null) {
    return Object.fromEntries(
      Object.entries(template).map(([name, part]) => [name, filled(part, values, notation)]),
    );
  }
  return String(template).replaceAll(/\{([A-Z_]+)\}/g, (_whole, name: string) =>
    textFor(values[name], notation),
  );
}

function textFor(value: unknown, { dates }: Notation): string {
  const isPlain = typeof value === 'string' || typeof value === 'bigint' || typeof value === 'number';
  const text = isPlain ? String(value) : '';
  return dates === 'YYYYMMDD' ? text.replace(/^(\d{4})-(\d{2})-(\d{2})$/, '$1$2$3') : text;
}

/**
 * The values of a layout from a document. They are as strict as in a telegram: a value that a telegram could not hold is
 * {@link Malformed}, with the name of its field.
 */
export function valuesOf<L extends Layout>(
  layout: L,
  tree: Tree | undefined,
  { fields, groups = {} }: { fields: Fields; groups?: Groups | undefined },
  notation: Notation,
): Values<L> {
  const values = Object.entries(layout).map(([name, field]): [string, unknown] => {
    if (field.type !== 'group') return [name, valueOf(name, field, fields, tree, notation)];
    const group = groups[name];
    const records = group === undefined ? [] : listOf(at(tree, group.at));
    return [
      name,
      records.map((record) => valuesOf(field.record, record, { fields: group?.fields ?? {} }, notation)),
    ];
  });
  const whole = Object.fromEntries(values) as Values<L>;
  try {
    encodeRecord(layout, whole);
  } catch (fault) {
    throw fault instanceof Unencodable ? new Malformed(fault.field, fault.message) : fault;
  }
  return whole;
}

function valueOf(
  name: string,
  field: Field,
  fields: Fields,
  tree: Tree | undefined,
  notation: Notation,
): unknown {
  const path = fields[name];
  const raw = path === undefined ? null : textOf(at(tree, path));
  const text = raw === null ? null : wordFor(name, raw, notation);
  if (field.type === 'dateOrNone') return text === null ? null : dateOf(text, notation);
  if (field.type === 'text' || field.type === 'sizedText') return text ?? '';
  if (field.type === 'num' || field.type === 'amount') return wholeOf(name, text, path);
  if (text === null) throw new Malformed(name, `is missing at ${path ?? 'no path'}`);
  if (field.type === 'date') return dateOf(text, notation);
  return field.type === 'time' ? timeOf(text, notation) : text;
}

/** Our word for a word of the legacy core. A word without a mapping stays as it is, and the reader of the field refuses it. */
export function wordFor(name: string, raw: string, { words }: Pick<Notation, 'words'>): string {
  const own = words[name];
  return own !== undefined && Object.hasOwn(own, raw) ? (own[raw] ?? raw) : raw;
}

/** A whole number. A field without a path is zero, because that core does not have the field. */
function wholeOf(name: string, text: string | null, path: string | undefined): bigint {
  if (path === undefined) return 0n;
  if (text === null || !/^-?[0-9]{1,19}$/.test(text)) throw new Malformed(name, 'is not a whole number');
  return BigInt(text);
}

function dateOf(text: string, { dates }: Notation): string {
  return dates === 'YYYYMMDD' ? text.replace(/^(\d{4})(\d{2})(\d{2})$/, '$1-$2-$3') : text;
}

function timeOf(text: string, { times }: Notation): string {
  return times === 'HHMMSSmmm' ? text.replace(/^(\d{2})(\d{2})(\d{2})(\d{3})$/, '$1:$2:$3.$4') : text;
}
