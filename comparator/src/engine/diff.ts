import { alignKeyed, alignOrdered, alignUnordered, type Pair, type Sides } from './align.ts';
import type { Difference, Differences } from './difference.ts';
import { Identities, isEqual } from './equal.ts';
import { type Json, type JsonObject, stringify } from './json.ts';
import { generalPointer, pointer, type Step, valueAt } from './pointer.ts';
import type { CompiledRules } from './rules.ts';
import { areSame, isExplained, scalarDifference } from './scalars.ts';
import { similarityOf } from './similarity.ts';

/** Differences kept of one pair of documents; beyond, they are counted. A storm of them says no more than a hundred do. */
const MAX_DIFFERENCES = 100;
/**
 * Pairs of values tried under rules to align lists, for one pair of documents. Beyond it elements that only rules make
 * equal are not sought any more: more differences may be told than there are, never fewer.
 */
const MAX_TRIALS = 200_000;

/** All differences of two documents under the rules. Numbers are equal by value, lists are ordered, keys are not. */
export function diff(
  left: Json,
  right: Json,
  rules: CompiledRules,
  maxDifferences = MAX_DIFFERENCES,
): Differences {
  const work = new Work(rules);
  const differ = new Differ(rules, work, maxDifferences);
  differ.compare(left, right, []);
  return differ.result;
}

/** Shared by a comparison and the trials inside it. */
class Work {
  trials = MAX_TRIALS;
  private readonly rules: CompiledRules;
  private known: Identities | null = null;

  constructor(rules: CompiledRules) {
    this.rules = rules;
  }

  /** Most documents have no list that needs them. */
  get identities(): Identities {
    this.known ??= new Identities(this.rules.isSpellingOne);
    return this.known;
  }
}

class Differ {
  readonly result: Differences = { found: [], explained: [], more: 0 };
  private readonly rules: CompiledRules;
  private readonly work: Work;
  private readonly limit: number;

  constructor(rules: CompiledRules, work: Work, limit: number) {
    this.rules = rules;
    this.work = work;
    this.limit = limit;
  }

  compare(left: Json, right: Json, path: Step[]): void {
    if (areSame(left, right, this.rules.isSpellingOne)) return;
    if (this.limit === 0 && this.result.more > 0) return; // a trial knows enough
    if (left instanceof Map && right instanceof Map) return this.compareObjects(left, right, path);
    if (Array.isArray(left) && Array.isArray(right)) return this.compareLists(left, right, path);
    const scope = this.rules.scope(path);
    if (scope === 'in') {
      return this.add(path, { ...scalarDifference(left, right, this.rules.unitAt(path)), left, right });
    }
    if (scope === 'out') return;
    this.addOneSide(path, 'removed', left, 'field');
    this.addOneSide(path, 'added', right, 'field');
  }

  private compareObjects(left: JsonObject, right: JsonObject, path: Step[]): void {
    for (const [key, item] of left) {
      const other = right.get(key);
      path.push(key);
      if (other !== undefined) this.compare(item, other, path);
      else this.addOneSide(path, 'removed', item, 'field');
      path.pop();
    }
    for (const [key, item] of right) {
      if (left.has(key)) continue;
      path.push(key);
      this.addOneSide(path, 'added', item, 'field');
      path.pop();
    }
  }

  /** A value only one side has; where only something below it counts, that is what is told. */
  private addOneSide(path: Step[], kind: 'added' | 'removed', value: Json, name: string): void {
    const scope = this.rules.scope(path);
    if (scope === 'out' || this.rules.isOneSided(path)) return;
    if (scope === 'in') {
      this.add(path, { kind, class: name, ...(kind === 'added' ? { right: value } : { left: value }) });
    } else if (value instanceof Map || Array.isArray(value)) {
      for (const [step, item] of value.entries()) {
        path.push(step);
        this.addOneSide(path, kind, item, name);
        path.pop();
      }
    }
  }

  private compareLists(left: Json[], right: Json[], path: Step[]): void {
    if (this.rules.scope(path) === 'out') return;
    const list = this.rules.listAt(path);
    if (list.kind === 'keyed') {
      const key = (element: Json) => this.keyOf(element, list.key);
      return this.comparePairs(alignKeyed(left.map(key), right.map(key)), left, right, path);
    }
    const isLoose = this.rules.mayLoosenBelow(path);
    // With a tolerance an element may be needed by another than the one it equals, wherever order says nothing.
    const mayTrim = this.rules.isSpellingOne && !(isLoose && list.kind === 'unordered');
    const { start, end } = mayTrim ? commonEnds(left, right) : { start: 0, end: 0 };
    const [leftItems, rightItems] = [middle(left, start, end), middle(right, start, end)];
    const sides = this.sidesOf(leftItems, rightItems, isLoose ? path : null, start);
    if (list.kind === 'unordered') {
      return this.comparePairs(alignUnordered(sides), left, right, path, start);
    }
    const pairs = alignOrdered(sides);
    if (this.rules.scope(path) === 'in' && pairs.some(isMove) && isReordered(sides)) {
      return this.add(path, { kind: 'order', class: 'order', left, right });
    }
    this.comparePairs(pairs, left, right, path, start);
  }

  /** `loosePath`: where rules may make unequal elements equal; null: nowhere. */
  private sidesOf(left: Json[], right: Json[], loosePath: Step[] | null, offset: number): Sides {
    const { identities } = this.work;
    const at = (list: Json[], i: number) => list[i] as Json;
    const sides = {
      left: left.map((item) => identities.of(item)),
      right: right.map((item) => identities.of(item)),
      similarity: (l: number, r: number) => similarityOf(at(left, l), at(right, r), identities),
    };
    const first = sides.left.findIndex((id, i) => id !== sides.right[i]);
    const isTurned =
      left.length === right.length
        ? first >= 0 && stringify(at(left, first)) > stringify(at(right, first))
        : left.length > right.length;
    if (loosePath === null) return { ...sides, isTurned, isSame: null };
    const tried = new Map<string, boolean>();
    const isSame = (l: number, r: number): boolean => {
      const pair = `${l} ${r}`;
      const known = tried.get(pair);
      if (known !== undefined) return known;
      if (this.work.trials <= 0) return false;
      const result = this.isNoDifference(at(left, l), at(right, r), [...loosePath, offset + l]);
      tried.set(pair, result);
      return result;
    };
    return { ...sides, isTurned, isSame };
  }

  private comparePairs(pairs: Pair[], left: Json[], right: Json[], path: Step[], offset = 0): void {
    for (const pair of pairs) {
      path.push(offset + (pair.kind === 'added' ? pair.right : pair.left));
      const leftItem = pair.kind === 'added' ? null : (left[offset + pair.left] as Json);
      const rightItem = pair.kind === 'removed' ? null : (right[offset + pair.right] as Json);
      if (pair.kind === 'both') this.compare(leftItem, rightItem, path);
      else if (pair.kind === 'added') this.addOneSide(path, 'added', rightItem, 'element');
      else if (pair.kind === 'removed') this.addOneSide(path, 'removed', leftItem, 'element');
      else this.addMove(path, leftItem, pair.right < pair.left ? 'earlier' : 'later');
      path.pop();
    }
  }

  private addMove(path: Step[], item: Json, where: 'earlier' | 'later'): void {
    if (this.rules.scope(path) === 'in') {
      this.add(path, { kind: 'moved', class: where, left: item, right: item });
    } else {
      this.addOneSide(path, 'removed', item, 'element');
    }
  }

  /** A list's elements are told apart by a field, or by what a pointer names. */
  private keyOf(element: Json, key: string): number | null {
    const isPointer = key.startsWith('/');
    const value = isPointer ? valueAt(element, key) : element instanceof Map ? element.get(key) : undefined;
    return value === undefined ? null : this.work.identities.of(value);
  }

  private isNoDifference(left: Json, right: Json, path: Step[]): boolean {
    this.work.trials -= 1;
    const trial = new Differ(this.rules, this.work, 0);
    trial.compare(left, right, path);
    return trial.result.more === 0;
  }

  private add(path: readonly Step[], difference: Omit<Difference, 'path' | 'generalPath'>): void {
    const { left, right } = difference;
    const ready = this.rules.looseningAt(path).find((one) => isExplained(one, left, right));
    const { found, explained } = this.result;
    const isKept = (ready === undefined ? found : explained).length < this.limit;
    if (!isKept) {
      if (ready === undefined) this.result.more += 1;
      return;
    }
    const whole = { path: pointer(path), generalPath: generalPointer(path), ...difference };
    if (ready === undefined) found.push(whole);
    else explained.push({ difference: whole, rule: ready.rule });
  }
}

/** How many elements two lists have in common at their beginning, and at their end behind it. */
function commonEnds(left: readonly Json[], right: readonly Json[]): { start: number; end: number } {
  const shorter = Math.min(left.length, right.length);
  let start = 0;
  while (start < shorter && isEqual(left[start] as Json, right[start] as Json)) start += 1;
  let end = 0;
  while (end < shorter - start && isEqual(left.at(-1 - end) as Json, right.at(-1 - end) as Json)) end += 1;
  return { start, end };
}

function middle(list: Json[], start: number, end: number): Json[] {
  return list.slice(start, list.length - end);
}

function isMove(pair: Pair): boolean {
  return pair.kind === 'moved';
}

/** Same elements on both sides, another order. */
function isReordered({ left, right }: Sides): boolean {
  if (left.length !== right.length) return false;
  const [a, b] = [left.toSorted((x, y) => x - y), right.toSorted((x, y) => x - y)];
  return a.every((id, i) => id === b[i]);
}
