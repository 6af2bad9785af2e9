import { Malformed, Unencodable } from '../../../telegram/faults.ts';
import type { Field, Layout, Values } from '../../../telegram/layout.ts';
import { encodeRecord } from '../../../telegram/record.ts';
import { at, listOf, type Tree, textOf } from './document.ts';
import type { Mapping } from './mapping.ts';

type Words = Pick<Mapping, 'words' | 'dates' | 'times'>;
type Fields = Record<string, string>;
type Groups = Record<string, { at: string; fields: Fields }>;

/** A template with every `{FIELD}` replaced by the text of its value. */
export function filled(template: unknown, values: Record<string, unknown>, words: Words): Tree {
  if (Array.isArray(template)) return template.map((part) => filled(part, values, words));
  if (typeof template === 'object' && template !== null) {
    return Object.fromEntries(
      Object.entries(template).map(([name, part]) => [name, filled(part, values, words)]),
    );
  }
  return String(template).replaceAll(/\{([A-Z_]+)\}/g, (_whole, name: string) =>
    textFor(values[name], words),
  );
}

function textFor(value: unknown, { dates }: Words): string {
  const isPlain = typeof value === 'string' || typeof value === 'bigint' || typeof value === 'number';
  const text = isPlain ? String(value) : '';
  return dates === 'YYYYMMDD' ? text.replace(/^(\d{4})-(\d{2})-(\d{2})$/, '$1$2$3') : text;
}

/**
 * The values of a layout from a document. They are as strict as a telegram's: what could not be written as one is
 * malformed, by the name of its field.
 */
export function valuesOf<L extends Layout>(
  layout: L,
  tree: Tree | undefined,
  { fields, groups = {} }: { fields: Fields; groups?: Groups | undefined },
  words: Words,
): Values<L> {
  const values = Object.entries(layout).map(([name, field]): [string, unknown] => {
    if (field.type !== 'group') return [name, valueOf(name, field, fields, tree, words)];
    const group = groups[name];
    const records = group === undefined ? [] : listOf(at(tree, group.at));
    return [
      name,
      records.map((record) => valuesOf(field.record, record, { fields: group?.fields ?? {} }, words)),
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

function valueOf(name: string, field: Field, fields: Fields, tree: Tree | undefined, words: Words): unknown {
  const path = fields[name];
  const raw = path === undefined ? null : textOf(at(tree, path));
  const text = raw === null ? null : wordFor(name, raw, words);
  if (field.type === 'dateOrNone') return text === null ? null : dateOf(text, words);
  if (field.type === 'text' || field.type === 'sizedText') return text ?? '';
  if (field.type === 'num' || field.type === 'amount') return wholeOf(name, text, path);
  if (text === null) throw new Malformed(name, `is missing at ${path ?? 'no path'}`);
  if (field.type === 'date') return dateOf(text, words);
  return field.type === 'time' ? timeOf(text, words) : text;
}

/** Our word for one of theirs; a word nobody mapped stays, and whoever reads it faults with it. */
export function wordFor(name: string, raw: string, { words }: Pick<Words, 'words'>): string {
  const own = words[name];
  return own !== undefined && Object.hasOwn(own, raw) ? (own[raw] ?? raw) : raw;
}

/** A whole number; a field that core does not have (no path) is zero. */
function wholeOf(name: string, text: string | null, path: string | undefined): bigint {
  if (path === undefined) return 0n;
  if (text === null || !/^-?[0-9]{1,19}$/.test(text)) throw new Malformed(name, 'is not a whole number');
  return BigInt(text);
}

function dateOf(text: string, { dates }: Words): string {
  return dates === 'YYYYMMDD' ? text.replace(/^(\d{4})(\d{2})(\d{2})$/, '$1-$2-$3') : text;
}

function timeOf(text: string, { times }: Words): string {
  return times === 'HHMMSSmmm' ? text.replace(/^(\d{2})(\d{2})(\d{2})(\d{3})$/, '$1:$2:$3.$4') : text;
}
