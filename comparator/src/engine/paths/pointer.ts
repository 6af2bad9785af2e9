import type { Json } from '../parse/json.ts';
import { maskName } from './names.ts';

/** One segment of a path: a key of an object, or an index of an array. */
export type Segment = string | number;

/** The RFC 6901 pointer of a path; `''` is the whole document. */
export function pointer(path: readonly Segment[]): string {
  return path.map((segment) => `/${escapeStep(segment)}`).join('');
}

/**
 * The pointer with every array index as `*`, so that all elements of a list have the same pointer. A key that may be the
 * name of a person is hidden.
 */
export function generalPointer(path: readonly Segment[], isNamed: (key: string) => boolean): string {
  return path
    .map((segment) => (typeof segment === 'number' ? '/*' : `/${escapeStep(maskName(segment, isNamed))}`))
    .join('');
}

function escapeStep(segment: Segment): string {
  return typeof segment === 'number' ? String(segment) : segment.replaceAll('~', '~0').replaceAll('/', '~1');
}

/** The segments of a pointer or of a pattern. Throws TypeError for any other text. */
export function segments(text: string): string[] {
  if (text === '') return [];
  if (!text.startsWith('/') || /~(?![01])/.test(text)) {
    throw new TypeError(
      `${JSON.stringify(text)} is not an RFC 6901 pointer: write a text such as /items/0/name`,
    );
  }
  return text
    .slice(1)
    .split('/')
    .map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** The value that a pointer names, or undefined when there is none. */
export function valueAt(document: Json | undefined, text: string): Json | undefined {
  let value: Json | undefined = document;
  for (const segment of segments(text)) {
    if (value instanceof Map) value = value.get(segment);
    else if (Array.isArray(value))
      value = /^(0|[1-9][0-9]*)$/.test(segment) ? value[Number(segment)] : undefined;
    else return undefined;
  }
  return value;
}
