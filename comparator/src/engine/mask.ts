import type { Difference } from './difference.ts';
import { type Json, JsonNumber } from './json.ts';
import { matches, type Pattern, type Step, steps } from './pointer.ts';

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

/** No name of a field has so many digits in a row; account and customer numbers do. */
const NUMBER_AS_NAME = /[0-9]{6,}/g;

/** A field's name, or a path of names, as it may be shown: a core may answer with a number where a name is due. */
export function maskNames(text: string): string {
  return text.replace(NUMBER_AS_NAME, '***');
}

export type Mask = {
  value(value: Json, path: readonly Step[]): Json;
  difference(difference: Difference): Difference;
};

/** Masks by patterns of paths; the first pattern that matches decides. */
export function compileMask(fields: Readonly<Record<string, FieldClass>>): Mask {
  const patterns = Object.entries(fields).map(([path, fieldClass]): [Pattern, FieldClass] => [
    steps(path),
    fieldClass,
  ]);
  const classAt = (path: readonly Step[]): FieldClass =>
    patterns.find(([pattern]) => matches(pattern, path))?.[1] ?? 'secret';

  const value = (json: Json, path: readonly Step[]): Json => {
    if (json === null || typeof json === 'boolean') return json;
    if (Array.isArray(json)) return json.map((item, i) => value(item, [...path, i]));
    if (json instanceof Map)
      return new Map([...json].map(([key, item]) => [maskNames(key), value(item, [...path, key])]));
    const fieldClass = classAt(path);
    if (fieldClass === 'plain') return json;
    return hide(json instanceof JsonNumber ? json.text : json, SHOWN_CHARACTERS[fieldClass]);
  };

  return {
    value,
    difference(difference) {
      if (!difference.path.startsWith('/') && difference.path !== '') return difference; // status, outcome, headers
      const path = steps(difference.path);
      const { left, right } = difference;
      return {
        ...difference,
        path: maskNames(difference.path),
        generalPath: maskNames(difference.generalPath),
        ...(left === undefined ? {} : { left: value(left, path) }),
        ...(right === undefined ? {} : { right: value(right, path) }),
      };
    },
  };
}

/** The last characters of a text; the length of what is hidden is not told. */
export function hide(text: string, shown: number): string {
  return shown > 0 && text.length > shown ? `***${text.slice(-shown)}` : '***';
}
