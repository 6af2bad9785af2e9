import { DICTIONARY } from '../../telegram/dictionary.ts';
import type { Field, Layout } from '../../telegram/layout.ts';

/** The position of a field in a telegram. */
export type FieldPosition = {
  name: string;
  /** Offset of the first byte from the start of the telegram, without the length prefix. */
  at: number;
  bytes: number;
  type: string;
  about: string;
  field: Field;
};

/** Every field of a layout with its position. The first field begins at byte `from`. */
export function positionsOf(layout: Layout, from: number): FieldPosition[] {
  let at = from;
  return Object.entries(layout).map(([name, field]) => {
    const position = { name, at, bytes: field.bytes, type: typeOf(field), about: aboutOf(name), field };
    at += field.bytes;
    return position;
  });
}

/** The fields of a group's first record. */
export function recordPositionsOf({ name, at, field }: FieldPosition): FieldPosition[] {
  if (field.type !== 'group') return [];
  return positionsOf(field.record, at + field.countDigits).map((position) => ({
    ...position,
    name: `${name}[].${position.name}`,
  }));
}

function aboutOf(name: string): string {
  return Object.hasOwn(DICTIONARY, name) ? DICTIONARY[name as keyof typeof DICTIONARY] : '';
}

/** A field's picture, in the notation of COBOL. */
function typeOf(field: Field): string {
  switch (field.type) {
    case 'num':
      return `9(${field.bytes})`;
    case 'amount':
      return `S9(${field.bytes - 1}) sign leading separate`;
    case 'text':
      return `X(${field.bytes})${field.cut ? ' cut' : ''}`;
    case 'sizedText':
      return `9(${field.lengthDigits}) + X(${field.bytes - field.lengthDigits})`;
    case 'date':
      return 'YYYYMMDD';
    case 'dateOrNone':
      return 'YYYYMMDD or zeros';
    case 'time':
      return 'HHMMSSmmm';
    case 'code':
      return field.values === null ? `code(${field.bytes})` : field.values.join(' | ');
    case 'group':
      return `9(${field.countDigits}) + ${field.max} records`;
  }
}
