import type { Difference } from '../diff/difference.ts';
import { type Json, JsonNumber } from '../parse/json.ts';
import { maskName, maskNames, namesInPatterns } from '../paths/names.ts';
import { matches, type Pattern } from '../paths/pattern.ts';
import { pointer, type Segment, segments } from '../paths/pointer.ts';
import { isHeaderPath } from '../rules/header-rules.ts';

/**
 * How a field may be shown. `plain`: unchanged. `account`, `identifier`: only the last characters. `secret`: not at all.
 * A text or number of a field that is not declared counts as `secret`, so that a forgotten field leaks nothing.
 */
export type FieldClass = 'plain' | 'account' | 'identifier' | 'secret';

const SHOWN_CHARACTERS: Record<Exclude<FieldClass, 'plain'>, number> = {
  account: 4,
  identifier: 4,
  secret: 0,
};

export type Mask = {
  value(value: Json, path: readonly Segment[]): Json;
  difference(difference: Difference): Difference;
};

/** A media type contains no personal data. Any other header may contain some. */
const HEADERS: Readonly<Record<string, FieldClass>> = { 'header:content-type': 'plain' };

/** A mask for fields, by patterns of paths, and for headers, by their names. The first pattern that matches decides. */
export function compileMask(fields: Readonly<Record<string, FieldClass>>): Mask {
  const patterns = Object.entries(fields)
    .filter(([path]) => !isHeaderPath(path))
    .map(([path, fieldClass]): [Pattern, FieldClass] => [segments(path), fieldClass]);
  const names = namesInPatterns(patterns.map(([pattern]) => pattern));
  const nameOf = (key: string) => maskName(key, (one) => names.has(one));
  const classAt = (path: readonly Segment[]): FieldClass =>
    patterns.find(([pattern]) => matches(pattern, path))?.[1] ?? 'secret';

  const scalar = (json: string | JsonNumber, fieldClass: FieldClass): Json => {
    if (fieldClass === 'plain') return json;
    return hide(json instanceof JsonNumber ? json.text : json, SHOWN_CHARACTERS[fieldClass]);
  };
  const value = (json: Json, path: readonly Segment[]): Json => {
    if (json === null || typeof json === 'boolean') return json;
    if (Array.isArray(json)) return json.map((item, i) => value(item, [...path, i]));
    if (!(json instanceof Map)) return scalar(json, classAt(path));
    const masked = new Map<string, Json>();
    for (const [key, item] of json) masked.set(unusedName(nameOf(key), masked), value(item, [...path, key]));
    return masked;
  };
  const maskedPath = ({ path, generalPath }: Difference): string => {
    const general = segments(generalPath);
    return pointer(
      segments(path).map((segment, i) =>
        general[i] === '*' && INDEX.test(segment) ? segment : nameOf(segment),
      ),
    );
  };

  return {
    value,
    difference(difference) {
      const { path } = difference;
      if (isHeaderPath(path)) {
        const fieldClass = fields[path] ?? HEADERS[path] ?? 'secret';
        return withValues(difference, (one) => (typeof one === 'string' ? scalar(one, fieldClass) : one));
      }
      if (!path.startsWith('/') && path !== '') return difference; // status, outcome
      const at = segments(path);
      return {
        ...withValues(difference, (one) => value(one, at)),
        path: maskedPath(difference),
        generalPath: maskNames(difference.generalPath),
      };
    },
  };
}

const INDEX = /^[0-9]+$/;

function withValues(difference: Difference, mask: (value: Json) => Json): Difference {
  const { left, right } = difference;
  return {
    ...difference,
    ...(left === undefined ? {} : { left: mask(left) }),
    ...(right === undefined ? {} : { right: mask(right) }),
  };
}

/** Two hidden keys of one object must stay two keys. */
function unusedName(name: string, taken: ReadonlyMap<string, Json>): string {
  return taken.has(name) ? `${name}-${taken.size}` : name;
}

/** The last characters of a text. The result does not reveal the length of the hidden part. */
export function hide(text: string, shown: number): string {
  return shown > 0 && text.length > shown ? `***${text.slice(-shown)}` : '***';
}
