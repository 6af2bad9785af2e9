import { alignKeyed, alignOrdered, alignUnordered, type Pair } from '../lists/align.ts';
import { Identities } from '../lists/identities.ts';
import { commonEnds, isReordered, sidesOf } from '../lists/list-pair.ts';
import { isContainer, type Json, type JsonObject } from '../parse/json.ts';
import type { Place } from '../paths/compiled-path.ts';
import { generalPointer, pointer, type Step, valueAt } from '../paths/pointer.ts';
import type { CompiledRules, PathRules } from '../rules/compiled-rules.ts';
import { MAX_STEPS, Work } from '../step-budget.ts';
import { withCommonMode } from './common-rounding.ts';
import type { Difference, Differences } from './difference.ts';
import { areSame, isExplained, type ScalarDifference, scalarDifference } from './scalars.ts';

/** Differences kept of one pair of documents; beyond, they are counted. A storm of them says no more than a hundred do. */
const MAX_DIFFERENCES = 100;
/** Steps to compare two unequal values, to align two lists, to judge a difference under the rules, to try two elements. */
const COMPARED = 5;
const ALIGNED = 300;
const JUDGED = 100;
const TRIED = 60;

/** `maxSteps`: what may be spent on finding out what stands for what. */
export type DiffLimits = { maxDifferences?: number; maxSteps?: number };

/**
 * All differences of two documents under the rules. Numbers are equal by value, lists are ordered, keys are not.
 *
 * The work is bounded. Once it is spent, ordered lists are compared position by position, elements that only rules
 * make equal are not sought any more, and when the differences kept are as many as may be, the rest is not looked at:
 * more differences may be told than there are, and that there are none is only told when it is so.
 */
export function diff(left: Json, right: Json, rules: CompiledRules, limits: DiffLimits = {}): Differences {
  const { maxDifferences = MAX_DIFFERENCES, maxSteps = MAX_STEPS } = limits;
  const differ = new Differ(new Terms(rules, new Work(maxSteps)), maxDifferences);
  differ.compare(left, right, [], rules.root);
  return { ...differ.result, found: withCommonMode(differ.result.found) };
}

/** Shared by a comparison and the trials inside it. Most documents have no list that needs identities. */
class Terms {
  readonly rules: CompiledRules;
  readonly work: Work;
  private byValue: Identities | null = null;
  private bySpelling: Identities | null = null;

  constructor(rules: CompiledRules, work: Work) {
    this.rules = rules;
    this.work = work;
  }

  get values(): Identities {
    this.byValue ??= new Identities(true, this.work);
    return this.byValue;
  }

  get spellings(): Identities {
    if (this.rules.isSpellingOne) return this.values;
    this.bySpelling ??= new Identities(false, this.work);
    return this.bySpelling;
  }
}

type Rules = Place<PathRules>;

class Differ {
  readonly result: Differences = { found: [], explained: [], more: 0 };
  private readonly terms: Terms;
  private readonly limit: number;

  /** `limit` 0: a trial, which wants to know only whether anything is found. */
  constructor(terms: Terms, limit: number) {
    this.terms = terms;
    this.limit = limit;
  }

  /** Nothing that is found from here on would say anything new. */
  private get isOver(): boolean {
    return this.result.more > 0 && (this.limit === 0 || this.terms.work.isSpent);
  }

  compare(left: Json, right: Json, path: Step[], place: Rules): void {
    if (!areSame(left, right, this.terms.rules.isSpellingOne)) this.compareUnequal(left, right, path, place);
  }

  /** Two values that are not the same by themselves; what is in them may be. */
  private compareUnequal(left: Json, right: Json, path: Step[], place: Rules): void {
    if (this.isOver) return;
    if (!this.terms.work.spend(COMPARED) && this.limit === 0) {
      this.result.more += 1; // a trial that cannot be finished finds no equality
    } else if (left instanceof Map && right instanceof Map) {
      this.compareObjects(left, right, path, place);
    } else if (Array.isArray(left) && Array.isArray(right)) {
      this.compareLists(left, right, path, place);
    } else if (place.facts.scope === 'in') {
      this.add(path, place, left, right, () => scalarDifference(left, right, place.facts.unit));
    } else if (place.facts.scope === 'above') {
      this.addOneSide(path, place, 'removed', left, 'field');
      this.addOneSide(path, place, 'added', right, 'field');
    }
  }

  private compareObjects(left: JsonObject, right: JsonObject, path: Step[], place: Rules): void {
    const { isSpellingOne } = this.terms.rules;
    for (const [key, item] of left) {
      if (this.isOver) return;
      const other = right.get(key);
      if (other !== undefined && areSame(item, other, isSpellingOne)) continue;
      path.push(key);
      if (other !== undefined) this.compareUnequal(item, other, path, place.at(key));
      else this.addOneSide(path, place.at(key), 'removed', item, 'field');
      path.pop();
    }
    for (const [key, item] of right) {
      if (left.has(key)) continue;
      if (this.isOver) return;
      path.push(key);
      this.addOneSide(path, place.at(key), 'added', item, 'field');
      path.pop();
    }
  }

  /** A value only one side has; where only something below it counts, that is what is told. */
  private addOneSide(
    path: Step[],
    place: Rules,
    kind: 'added' | 'removed',
    value: Json,
    name: 'field' | 'element',
  ): void {
    const { scope, isOneSided } = place.facts;
    if (scope === 'out' || isOneSided) return;
    if (scope === 'in') {
      const [left, right] = kind === 'added' ? [undefined, value] : [value, undefined];
      this.add(path, place, left, right, () => ({ kind, class: name }));
    } else if (value instanceof Map || Array.isArray(value)) {
      for (const [step, item] of value.entries()) {
        path.push(step);
        this.addOneSide(path, place.at(step), kind, item, name);
        path.pop();
      }
    }
  }

  private compareLists(left: Json[], right: Json[], path: Step[], place: Rules): void {
    const { terms } = this;
    const { scope, list, mayLoosenBelow } = place.facts;
    if (scope === 'out') return;
    if (list.kind === 'keyed') {
      const keysOf = (elements: Json[]) => Int32Array.from(elements, (item) => this.keyOf(item, list.key));
      return this.comparePairs(alignKeyed(keysOf(left), keysOf(right)), left, right, path, place);
    }
    terms.work.spend(ALIGNED);
    const isOrdered = list.kind === 'ordered';
    // With a tolerance an element may be needed by another than the one it equals, wherever order says nothing.
    const mayTrim = terms.rules.isSpellingOne && !(mayLoosenBelow && !isOrdered);
    const { start, end } = mayTrim ? commonEnds(left, right, terms.work) : { start: 0, end: 0 };
    const middle = (items: Json[]) => (start + end === 0 ? items : items.slice(start, items.length - end));
    const [lefts, rights] = [middle(left), middle(right)];
    if (lefts.length === 0 && rights.length === 0) return;
    const ids = isOrdered ? terms.values : terms.spellings;
    const isSame = (l: number, r: number) =>
      this.isNoDifference(lefts[l] as Json, rights[r] as Json, place.at(start + l));
    const sides = sidesOf(
      lefts,
      rights,
      { ids, values: terms.values, work: terms.work },
      mayLoosenBelow ? isSame : null,
      !isOrdered,
    );
    if (sides === null) return this.compareByPosition(lefts, rights, path, place, start);
    const pairs = isOrdered ? alignOrdered(sides) : alignUnordered(sides);
    if (scope === 'in' && pairs.some(isMove) && isReordered(sides)) {
      return this.add(path, place, left, right, () => ({ kind: 'order', class: 'order' }));
    }
    this.comparePairs(pairs, lefts, rights, path, place, start);
  }

  private compareByPosition(left: Json[], right: Json[], path: Step[], place: Rules, offset: number): void {
    for (let i = 0; i < left.length || i < right.length; i += 1) {
      if (this.isOver) return;
      const [l, r] = [left[i], right[i]];
      if (l !== undefined && r !== undefined && areSame(l, r, this.terms.rules.isSpellingOne)) continue;
      path.push(offset + i);
      if (l === undefined) this.addOneSide(path, place.at(offset + i), 'added', r as Json, 'element');
      else if (r === undefined) this.addOneSide(path, place.at(offset + i), 'removed', l, 'element');
      else this.compareUnequal(l, r, path, place.at(offset + i));
      path.pop();
    }
  }

  private comparePairs(
    pairs: readonly Pair[],
    left: Json[],
    right: Json[],
    path: Step[],
    place: Rules,
    offset = 0,
  ): void {
    for (const pair of pairs) {
      if (this.isOver) return;
      const index = offset + (pair.kind === 'added' ? pair.right : pair.left);
      const leftItem = pair.kind === 'added' ? null : (left[pair.left] as Json);
      const rightItem = pair.kind === 'removed' ? null : (right[pair.right] as Json);
      path.push(index);
      const here = place.at(index);
      if (pair.kind === 'added') this.addOneSide(path, here, 'added', rightItem, 'element');
      else if (pair.kind === 'removed') this.addOneSide(path, here, 'removed', leftItem, 'element');
      else {
        if (pair.kind === 'moved') this.addMove(path, here, leftItem, pair.right < pair.left);
        if (pair.kind === 'both' || !this.terms.rules.isSpellingOne) {
          this.compare(leftItem, rightItem, path, here);
        }
      }
      path.pop();
    }
  }

  private addMove(path: Step[], place: Rules, item: Json, isEarlier: boolean): void {
    if (place.facts.scope === 'in') {
      const name = isEarlier ? 'earlier' : 'later';
      this.add(path, place, item, item, () => ({ kind: 'moved', class: name }));
    } else {
      this.addOneSide(path, place, 'removed', item, 'element');
    }
  }

  /** A list's elements are told apart by a field, or by what a pointer names; 0: this one has none. */
  private keyOf(element: Json, key: string): number {
    const isPointer = key.startsWith('/');
    const value = isPointer ? valueAt(element, key) : element instanceof Map ? element.get(key) : undefined;
    return value === undefined ? 0 : this.terms.values.of(value);
  }

  private isNoDifference(left: Json, right: Json, place: Rules): boolean {
    if (!this.terms.work.spend(TRIED)) return false;
    if (areSame(left, right, this.terms.rules.isSpellingOne)) return true;
    if (place.facts.scope === 'in' && !(isContainer(left) && isContainer(right))) {
      return place.facts.loosening.some((one) => isExplained(one, left, right));
    }
    const trial = new Differ(this.terms, 0);
    trial.compareUnequal(left, right, [], place);
    return trial.result.more === 0;
  }

  /** `describe` is asked only for what is kept. */
  private add(
    path: readonly Step[],
    place: Rules,
    left: Json | undefined,
    right: Json | undefined,
    describe: () => ScalarDifference,
  ): void {
    this.terms.work.spend(JUDGED);
    const ready = place.facts.loosening.find((one) => isExplained(one, left, right));
    const { found, explained } = this.result;
    if ((ready === undefined ? found : explained).length >= this.limit) {
      if (ready === undefined) this.result.more += 1;
      return;
    }
    const difference: Difference = {
      path: pointer(path),
      generalPath: generalPointer(path, this.terms.rules.isNamed),
      ...describe(),
      ...(left === undefined ? {} : { left }),
      ...(right === undefined ? {} : { right }),
    };
    if (ready === undefined) found.push(difference);
    else explained.push({ difference, rule: ready.rule });
  }
}

function isMove(pair: Pair): boolean {
  return pair.kind === 'moved';
}
