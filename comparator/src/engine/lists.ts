import { decimal, plain } from './decimal.ts';
import { type Json, JsonNumber } from './json.ts';
import { areSame } from './scalars.ts';

/** One step of turning the left list into the right one: which elements stand for each other. */
export type Pair =
  | { kind: 'both'; left: number; right: number }
  | { kind: 'removed'; left: number }
  | { kind: 'added'; right: number };

/** Above this many pairs of elements an alignment is not sought: 1,000 x 1,000 would take a second of everybody's time. */
const MAX_CELLS = 40_000;

/**
 * Aligns two ordered lists by their longest common subsequence, so that one inserted element is one `added` and not a
 * change of everything behind it. Between two common elements the rest is paired in order.
 */
export function alignOrdered(left: readonly string[], right: readonly string[]): Pair[] {
  const pairs: Pair[] = [];
  let [l, r] = [0, 0];
  for (const [anchorLeft, anchorRight] of commonSubsequence(left, right)) {
    pairGap(pairs, l, anchorLeft, r, anchorRight);
    pairs.push({ kind: 'both', left: anchorLeft, right: anchorRight });
    [l, r] = [anchorLeft + 1, anchorRight + 1];
  }
  pairGap(pairs, l, left.length, r, right.length);
  return pairs;
}

/** Elements between two anchors: in order while both sides have some, then added or removed. */
function pairGap(pairs: Pair[], leftFrom: number, leftTo: number, rightFrom: number, rightTo: number): void {
  let [l, r] = [leftFrom, rightFrom];
  while (l < leftTo && r < rightTo) pairs.push({ kind: 'both', left: l++, right: r++ });
  while (l < leftTo) pairs.push({ kind: 'removed', left: l++ });
  while (r < rightTo) pairs.push({ kind: 'added', right: r++ });
}

function commonSubsequence(left: readonly string[], right: readonly string[]): [number, number][] {
  const [n, m] = [left.length, right.length];
  if (n === 0 || m === 0 || n * m > MAX_CELLS) return [];
  const width = m + 1;
  const lengths = new Uint16Array((n + 1) * width);
  const at = (i: number, j: number) => lengths[i * width + j] ?? 0;
  for (let i = n - 1; i >= 0; i -= 1) {
    for (let j = m - 1; j >= 0; j -= 1) {
      lengths[i * width + j] =
        left[i] === right[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const common: [number, number][] = [];
  for (let i = 0, j = 0; i < n && j < m; ) {
    if (left[i] === right[j]) common.push([i++, j++]);
    else if (at(i + 1, j) >= at(i, j + 1)) i += 1;
    else j += 1;
  }
  return common;
}

/** Pairs elements of two lists whose order says nothing: equal ones first, then those that `isSame` finds equal, then the rest in order. */
export function alignUnordered(
  left: readonly string[],
  right: readonly string[],
  isSame: (left: number, right: number) => boolean,
): Pair[] {
  const pairs: Pair[] = [];
  const waiting = new Map<string, number[]>();
  for (const [r, text] of right.entries()) waiting.set(text, [...(waiting.get(text) ?? []), r]);
  const restLeft: number[] = [];
  for (const [l, text] of left.entries()) {
    const r = waiting.get(text)?.shift();
    if (r === undefined) restLeft.push(l);
    else pairs.push({ kind: 'both', left: l, right: r });
  }
  const restRight = [...waiting.values()].flat().sort((a, b) => a - b);
  const mayTry = restLeft.length * restRight.length <= MAX_CELLS;
  const unpaired: number[] = [];
  for (const l of restLeft) {
    const found = mayTry ? restRight.findIndex((r) => isSame(l, r)) : -1;
    if (found === -1) unpaired.push(l);
    else pairs.push({ kind: 'both', left: l, right: restRight.splice(found, 1)[0] as number });
  }
  while (unpaired.length > 0 && restRight.length > 0) {
    pairs.push({ kind: 'both', left: unpaired.shift() as number, right: restRight.shift() as number });
  }
  for (const l of unpaired) pairs.push({ kind: 'removed', left: l });
  for (const r of restRight) pairs.push({ kind: 'added', right: r });
  return pairs;
}

/** Pairs elements by a key of theirs, or null when a key is missing or stands twice on one side. */
export function alignKeyed(
  left: readonly (string | null)[],
  right: readonly (string | null)[],
): Pair[] | null {
  const rightByKey = new Map(right.map((key, r) => [key, r]));
  const leftKeys = new Set(left);
  const isUnique = leftKeys.size === left.length && rightByKey.size === right.length;
  if (!isUnique || leftKeys.has(null) || rightByKey.has(null)) return null;
  const pairs = left.map((key, l): Pair => {
    const r = rightByKey.get(key);
    return r === undefined ? { kind: 'removed', left: l } : { kind: 'both', left: l, right: r };
  });
  for (const [key, r] of rightByKey) if (!leftKeys.has(key)) pairs.push({ kind: 'added', right: r });
  return pairs;
}

/** How many elements two lists have in common at their beginning, and at their end behind it. */
export function commonEnds(left: readonly Json[], right: readonly Json[]): { start: number; end: number } {
  const shorter = Math.min(left.length, right.length);
  let start = 0;
  while (start < shorter && isEqual(left[start] as Json, right[start] as Json)) start += 1;
  let end = 0;
  while (end < shorter - start && isEqual(left.at(-1 - end) as Json, right.at(-1 - end) as Json)) end += 1;
  return { start, end };
}

function isEqual(left: Json, right: Json): boolean {
  if (Array.isArray(left)) {
    return (
      Array.isArray(right) &&
      left.length === right.length &&
      left.every((item, i) => isEqual(item, right[i] as Json))
    );
  }
  if (left instanceof Map) {
    if (!(right instanceof Map) || left.size !== right.size) return false;
    for (const [key, item] of left) {
      const other = right.get(key);
      if (other === undefined || !isEqual(item, other)) return false;
    }
    return true;
  }
  return areSame(left, right);
}

/** One text for all documents that are equal: keys sorted, numbers without spelling. */
export function canonical(value: Json): string {
  if (value instanceof JsonNumber) {
    const number = decimal(value.text);
    if (number === null || Math.abs(number.exponent) > 100) return value.text;
    return plain(number);
  }
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (value instanceof Map) {
    const members = [...value].map(([key, item]) => `${JSON.stringify(key)}:${canonical(item)}`);
    return `{${members.sort().join(',')}}`;
  }
  return JSON.stringify(value);
}
