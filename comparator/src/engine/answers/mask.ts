import type { Difference } from '../diff/difference.ts';
import { type Json, JsonNumber } from '../parse/json.ts';
import { maskName, maskNames, namesIn } from '../paths/names.ts';
import { matches, type Pattern, pointer, type Step, steps } from '../paths/pointer.ts';
import { isHeaderPath } from '../rules/header-rules.ts';

/**
 * How a field may be shown. `plain`: as it is. `account`, `identifier`: the last characters only. `secret`: not at
 * all. A text or number that is not declared counts as secret: a field nobody thought of must not be the leak.
 */
export type FieldClass = 'plain' | 'account' | 'identifier' | 'secret';

const SHOWN_CHARACTERS: Record<Exclude<FieldClass, 'plain'>, number> = {
  account: 4,
  identifier: 4,
  secret: 0,
};

export type Mask = {
  value(value: Json, path: readonly Step[]): Json;
  difference(difference: Difference): Difference;
};

/** A media type is a word of the contract; what another header holds nobody knows. */
const HEADERS: Readonly<Record<string, FieldClass>> = { 'header:content-type': 'plain' };

/** Masks by patterns of paths, and headers by their names; the first pattern that matches decides. */
export function compileMask(fields: Readonly<Record<string, FieldClass>>): Mask {
  const patterns = Object.entries(fields)
    .filter(([path]) => !isHeaderPath(path))
    .map(([path, fieldClass]): [Pattern, FieldClass] => [steps(path), fieldClass]);
  const names = namesIn(patterns.map(([pattern]) => pattern));
  const nameOf = (key: string) => maskName(key, (one) => names.has(one));
  const classAt = (path: readonly Step[]): FieldClass =>
    patterns.find(([pattern]) => matches(pattern, path))?.[1] ?? 'secret';

  const scalar = (json: string | JsonNumber, fieldClass: FieldClass): Json => {
    if (fieldClass === 'plain') return json;
    return hide(json instanceof JsonNumber ? json.text : json, SHOWN_CHARACTERS[fieldClass]);
  };
  const value = (json: Json, path: readonly Step[]): Json => {
    if (json === null || typeof json === 'boolean') return json;
    if (Array.isArray(json)) return json.map((item, i) => value(item, [...path, i]));
    if (!(json instanceof Map)) return scalar(json, classAt(path));
    const masked = new Map<string, Json>();
    for (const [key, item] of json) masked.set(unusedName(nameOf(key), masked), value(item, [...path, key]));
    return masked;
  };
  const maskedPath = ({ path, generalPath }: Difference): string => {
    const general = steps(generalPath);
    return pointer(
      steps(path).map((step, i) => (general[i] === '*' && INDEX.test(step) ? step : nameOf(step))),
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
      const at = steps(path);
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

/** Two keys that are hidden stay two. */
function unusedName(name: string, taken: ReadonlyMap<string, Json>): string {
  return taken.has(name) ? `${name}-${taken.size}` : name;
}

/** The last characters of a text; the length of what is hidden is not told. */
export function hide(text: string, shown: number): string {
  return shown > 0 && text.length > shown ? `***${text.slice(-shown)}` : '***';
}
