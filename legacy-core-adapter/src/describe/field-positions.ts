import { DICTIONARY } from '../../telegram/dictionary.ts';
import type { Field, Layout } from '../../telegram/layout.ts';

/** One field at its place; the fields of a group stand under it, once for each record that fits. */
export type Place = {
  name: string;
  /** Offset of its first byte from the start of the telegram, without the line's prefix. */
  at: number;
  bytes: number;
  type: string;
  about: string;
  field: Field;
};

/** Every field of a layout with its place, beginning at byte `from`. */
export function placesOf(layout: Layout, from: number): Place[] {
  let at = from;
  return Object.entries(layout).map(([name, field]) => {
    const place = { name, at, bytes: field.bytes, type: typeOf(field), about: aboutOf(name), field };
    at += field.bytes;
    return place;
  });
}

/** The fields of a group's first record, for a reader who counts bytes. */
export function recordPlacesOf({ name, at, field }: Place): Place[] {
  if (field.type !== 'group') return [];
  return placesOf(field.record, at + field.countDigits).map((place) => ({
    ...place,
    name: `${name}[].${place.name}`,
  }));
}

function aboutOf(name: string): string {
  return Object.hasOwn(DICTIONARY, name) ? DICTIONARY[name as keyof typeof DICTIONARY] : '';
}

/** A field's picture, in the notation of those who write such layouts. */
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
