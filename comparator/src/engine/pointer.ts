import type { Json } from './json.ts';

/** One step of a path: a key, or an index of an array. */
export type Step = string | number;

/** RFC 6901 pointer of a path; `''` is the whole document. */
export function pointer(path: readonly Step[]): string {
  return path.map((step) => `/${escapeStep(step)}`).join('');
}

/** The pointer with every array index as `*`: equal for all elements of a list. */
export function generalPointer(path: readonly Step[]): string {
  return path.map((step) => (typeof step === 'number' ? '/*' : `/${escapeStep(step)}`)).join('');
}

function escapeStep(step: Step): string {
  return typeof step === 'number' ? String(step) : step.replaceAll('~', '~0').replaceAll('/', '~1');
}

/** Steps of a pointer or of a pattern of rules. Throws on text that is neither. */
export function steps(text: string): string[] {
  if (text === '') return [];
  if (!text.startsWith('/') || /~(?![01])/.test(text)) {
    throw new TypeError(`${JSON.stringify(text)} is not an RFC 6901 pointer`);
  }
  return text
    .slice(1)
    .split('/')
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** A pattern: a pointer in which `*` is any one step and `**` any number of steps. */
export type Pattern = readonly string[];

/** Whether the pattern is this very path. */
export function matches(pattern: Pattern, path: readonly Step[], p = 0, s = 0): boolean {
  if (p === pattern.length) return s === path.length;
  if (pattern[p] === '**') {
    for (let rest = s; rest <= path.length; rest += 1) if (matches(pattern, path, p + 1, rest)) return true;
    return false;
  }
  if (s === path.length) return false;
  return (pattern[p] === '*' || pattern[p] === String(path[s])) && matches(pattern, path, p + 1, s + 1);
}

/** Whether the pattern is this path or one above it. */
export function covers(pattern: Pattern, path: readonly Step[]): boolean {
  for (let length = path.length; length >= 0; length -= 1) {
    if (matches(pattern, path.slice(0, length))) return true;
  }
  return false;
}

/** The value a pointer names, or undefined when there is none. */
export function valueAt(document: Json | undefined, text: string): Json | undefined {
  let value: Json | undefined = document;
  for (const step of steps(text)) {
    if (value instanceof Map) value = value.get(step);
    else if (Array.isArray(value)) value = /^(0|[1-9][0-9]*)$/.test(step) ? value[Number(step)] : undefined;
    else return undefined;
  }
  return value;
}
