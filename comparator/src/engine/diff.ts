import { type Decimal, isWithin } from './decimal.ts';
import type { Difference, Differences } from './difference.ts';
import type { Json, JsonObject } from './json.ts';
import { alignKeyed, alignOrdered, alignUnordered, canonical, commonEnds, type Pair } from './lists.ts';
import { generalPointer, pointer, type Step } from './pointer.ts';
import type { CompiledRules } from './rules.ts';
import { areSame, numberIn, scalarDifference } from './scalars.ts';

/** Differences kept of one pair of documents; beyond, they are counted. A storm of them says no more than a hundred do. */
const MAX_DIFFERENCES = 100;

/** All differences of two documents under the rules. Numbers are equal by value, lists are ordered, keys are not. */
export function diff(left: Json, right: Json, rules: CompiledRules): Differences {
  const differ = new Differ(rules);
  differ.compare(left, right, []);
  return differ.result;
}

class Differ {
  readonly result: Differences = { found: [], explained: [], more: 0 };
  private readonly rules: CompiledRules;

  constructor(rules: CompiledRules) {
    this.rules = rules;
  }

  compare(left: Json, right: Json, path: Step[]): void {
    if (areSame(left, right)) return;
    if (left instanceof Map && right instanceof Map) this.compareObjects(left, right, path);
    else if (Array.isArray(left) && Array.isArray(right)) this.compareLists(left, right, path);
    else this.add(path, { ...scalarDifference(left, right, this.rules.unitAt(path)), left, right });
  }

  private compareObjects(left: JsonObject, right: JsonObject, path: Step[]): void {
    for (const [key, item] of left) {
      const other = right.get(key);
      path.push(key);
      if (other !== undefined) this.compare(item, other, path);
      else if (!this.rules.isOneSided(path)) this.add(path, { kind: 'removed', class: 'field', left: item });
      path.pop();
    }
    for (const [key, item] of right) {
      if (left.has(key)) continue;
      path.push(key);
      if (!this.rules.isOneSided(path)) this.add(path, { kind: 'added', class: 'field', right: item });
      path.pop();
    }
  }

  private compareLists(left: Json[], right: Json[], path: Step[]): void {
    const list = this.rules.listAt(path);
    if (list.kind === 'keyed') {
      const pairs = alignKeyed(left.map(keyOf(list.key)), right.map(keyOf(list.key)));
      if (pairs !== null) return this.comparePairs(pairs, left, right, path);
    }
    const { start, end } = commonEnds(left, right);
    const middle = (list: Json[]) => list.slice(start, list.length - end);
    const [leftTexts, rightTexts] = [middle(left).map(canonical), middle(right).map(canonical)];
    if (list.kind === 'unordered') {
      const isSame = (l: number, r: number) =>
        this.isNoDifference(left[start + l] as Json, right[start + r] as Json, [...path, start + l]);
      return this.comparePairs(alignUnordered(leftTexts, rightTexts, isSame), left, right, path, start);
    }
    if (isReordered(leftTexts, rightTexts))
      return this.add(path, { kind: 'order', class: 'order', left, right });
    this.comparePairs(alignOrdered(leftTexts, rightTexts), left, right, path, start);
  }

  private comparePairs(pairs: Pair[], left: Json[], right: Json[], path: Step[], offset = 0): void {
    for (const pair of pairs) {
      path.push(offset + (pair.kind === 'added' ? pair.right : pair.left));
      const leftItem = pair.kind === 'added' ? undefined : left[offset + pair.left];
      const rightItem = pair.kind === 'removed' ? undefined : right[offset + pair.right];
      if (leftItem === undefined)
        this.add(path, { kind: 'added', class: 'element', right: rightItem as Json });
      else if (rightItem === undefined) this.add(path, { kind: 'removed', class: 'element', left: leftItem });
      else this.compare(leftItem, rightItem, path);
      path.pop();
    }
  }

  private isNoDifference(left: Json, right: Json, path: Step[]): boolean {
    const trial = new Differ(this.rules);
    trial.compare(left, right, path);
    return trial.result.found.length === 0;
  }

  private add(path: readonly Step[], difference: Omit<Difference, 'path' | 'generalPath'>): void {
    const whole = { path: pointer(path), generalPath: generalPointer(path), ...difference };
    const rule = this.rules.explains(path, withinOf(difference.left, difference.right));
    const { found, explained } = this.result;
    if (rule !== null) {
      if (explained.length < MAX_DIFFERENCES) explained.push({ difference: whole, rule });
    } else if (found.length < MAX_DIFFERENCES) found.push(whole);
    else this.result.more += 1;
  }
}

/** Same elements on both sides, another order. */
function isReordered(left: readonly string[], right: readonly string[]): boolean {
  if (left.length !== right.length || left.every((text, i) => text === right[i])) return false;
  const [a, b] = [[...left].sort(), [...right].sort()];
  return a.every((text, i) => text === b[i]);
}

function keyOf(key: string): (element: Json) => string | null {
  return (element) => {
    const value = element instanceof Map ? element.get(key) : undefined;
    return value === undefined ? null : canonical(value);
  };
}

function withinOf(left: Json | undefined, right: Json | undefined): ((amount: Decimal) => boolean) | null {
  const a = left === undefined ? null : numberIn(left);
  const b = right === undefined ? null : numberIn(right);
  return a === null || b === null ? null : (amount) => isWithin(a, b, amount);
}
