import type { Json } from '../parse/json.ts';
import { maskName } from './names.ts';

/** One step of a path: a key, or an index of an array. */
export type Step = string | number;

/** RFC 6901 pointer of a path; `''` is the whole document. */
export function pointer(path: readonly Step[]): string {
  return path.map((step) => `/${escapeStep(step)}`).join('');
}

/**
 * The pointer with every array index as `*`, equal for all elements of a list, and with every key hidden that may be
 * somebody's name.
 */
export function generalPointer(path: readonly Step[], isNamed: (key: string) => boolean): string {
  return path
    .map((step) => (typeof step === 'number' ? '/*' : `/${escapeStep(maskName(step, isNamed))}`))
    .join('');
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

/** Where a pattern stands after some steps: the positions it can be in, and whether it was at its end before the last. */
export type Standing = { positions: readonly number[]; isAbove: boolean };

export function start(pattern: Pattern): Standing {
  return { positions: opened(pattern, [0]), isAbove: false };
}

/** One step on; null stands for any step that the pattern does not name. */
export function advanced(pattern: Pattern, standing: Standing, step: string | null): Standing {
  const next: number[] = [];
  for (const at of standing.positions) {
    const due = pattern[at];
    if (due === '**') next.push(at);
    else if (due === '*' || (due === step && due !== undefined)) next.push(at + 1);
  }
  const isAbove = standing.isAbove || standing.positions.includes(pattern.length);
  return { positions: opened(pattern, next), isAbove };
}

export function reachOf(pattern: Pattern, { positions, isAbove }: Standing): Reach {
  return {
    isAbove,
    isHere: positions.includes(pattern.length),
    mayBeBelow: positions.some((at) => at < pattern.length),
  };
}

/** Walks the path once with all positions the pattern can be in, so a pattern of many `**` costs no more than its length. */
export function reach(pattern: Pattern, path: readonly Step[]): Reach {
  let standing = start(pattern);
  for (const step of path) standing = advanced(pattern, standing, String(step));
  return reachOf(pattern, standing);
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
