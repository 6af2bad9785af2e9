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

/** Where a pattern stands to a path: whether it is the path itself, one above it, or can be one below it. */
export type Reach = { isHere: boolean; isAbove: boolean; mayBeBelow: boolean };

/** Walks the path once with all positions the pattern can be in, so a pattern of many `**` costs no more than its length. */
export function reach(pattern: Pattern, path: readonly Step[]): Reach {
  let positions = opened(pattern, [0]);
  let isAbove = false;
  for (const step of path) {
    isAbove ||= positions.includes(pattern.length);
    const text = String(step);
    const next: number[] = [];
    for (const at of positions) {
      const due = pattern[at];
      if (due === '**') next.push(at);
      else if (due === '*' || due === text) next.push(at + 1);
    }
    positions = opened(pattern, next);
    if (positions.length === 0) break;
  }
  return {
    isAbove,
    isHere: positions.includes(pattern.length),
    mayBeBelow: positions.some((at) => at < pattern.length),
  };
}

/** The positions and those behind a `**` that stands for nothing, each once. */
function opened(pattern: Pattern, positions: readonly number[]): number[] {
  const all: number[] = [];
  for (let at of positions) {
    while (!all.includes(at)) {
      all.push(at);
      if (pattern[at] === '**') at += 1;
    }
  }
  return all;
}

/** Whether the pattern is this very path. */
export function matches(pattern: Pattern, path: readonly Step[]): boolean {
  return reach(pattern, path).isHere;
}

/** Whether the pattern is this path or one above it. */
export function covers(pattern: Pattern, path: readonly Step[]): boolean {
  const { isHere, isAbove } = reach(pattern, path);
  return isHere || isAbove;
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
