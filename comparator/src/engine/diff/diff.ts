import { alignKeyed, alignOrdered, alignUnordered } from '../lists/align.ts';
import type { ElementPair } from '../lists/alignment.ts';
import { Identities } from '../lists/identities.ts';
import { commonEnds, isReordered, listPairOf } from '../lists/list-pair.ts';
import { isContainer, type Json, type JsonObject } from '../parse/json.ts';
import type { CompiledPath } from '../paths/compiled-path.ts';
import { generalPointer, pointer, type Segment, valueAt } from '../paths/pointer.ts';
import type { CompiledRules, PathRules } from '../rules/compiled-rules.ts';
import { MAX_STEPS, StepBudget } from '../step-budget.ts';
import { withCommonRounding } from './common-rounding.ts';
import type { Difference, Differences } from './difference.ts';
import { areSame, isExplained, type ScalarDifference, scalarDifference } from './scalars.ts';

/** Differences kept for one pair of documents; further ones are only counted. A reader needs no more. */
const MAX_DIFFERENCES = 100;
/** Steps to compare two unequal values. */
const STEPS_PER_COMPARISON = 5;
/** Steps to align two lists. */
const STEPS_PER_ALIGNMENT = 300;
/** Steps to apply the rules to one difference. */
const STEPS_PER_DIFFERENCE = 100;
/** Steps to find out whether two elements are equal under the rules. */
const STEPS_PER_TRIAL = 60;

/** `maxSteps`: the budget for finding out which parts of the documents correspond. */
export type DiffLimits = { maxDifferences?: number; maxSteps?: number };

/**
 * All differences of two documents under the rules. Numbers are compared by value. The order of a list counts, the order
 * of keys does not.
 *
 * The budget of steps bounds the time. After the last step, ordered lists are compared position by position, and
 * elements that only rules make equal are not searched any more. The comparison ends when no steps remain and the limit
 * of differences is reached. So the result may list more differences than necessary, but an empty result always means
 * that the documents are equal.
 */
export function diff(left: Json, right: Json, rules: CompiledRules, limits: DiffLimits = {}): Differences {
  const { maxDifferences = MAX_DIFFERENCES, maxSteps = MAX_STEPS } = limits;
  const differ = new Differ(new DiffContext(rules, new StepBudget(maxSteps)), maxDifferences);
  differ.compare(left, right, [], rules.root);
  return { ...differ.result, found: withCommonRounding(differ.result.found) };
}

/** Shared by a comparison and its trials. Identities are created on demand, because most documents need none. */
class DiffContext {
  readonly rules: CompiledRules;
  readonly budget: StepBudget;
  private byValue: Identities | null = null;
  private bySpelling: Identities | null = null;

  constructor(rules: CompiledRules, budget: StepBudget) {
    this.rules = rules;
    this.budget = budget;
  }

  get values(): Identities {
    this.byValue ??= new Identities(true, this.budget);
    return this.byValue;
  }

  get spellings(): Identities {
    if (this.rules.ignoresSpelling) return this.values;
    this.bySpelling ??= new Identities(false, this.budget);
    return this.bySpelling;
  }
}

type RulePath = CompiledPath<PathRules>;

class Differ {
  readonly result: Differences = { found: [], explained: [], more: 0 };
  private readonly context: DiffContext;
  private readonly limit: number;

  /** `limit` 0: a trial, which only finds out whether there is a difference. */
  constructor(context: DiffContext, limit: number) {
    this.context = context;
    this.limit = limit;
  }

  /** Whether further differences would not change the result. */
  private get isOver(): boolean {
    return this.result.more > 0 && (this.limit === 0 || this.context.budget.isSpent);
  }

  compare(left: Json, right: Json, path: Segment[], here: RulePath): void {
    if (!areSame(left, right, this.context.rules.ignoresSpelling))
      this.compareUnequal(left, right, path, here);
  }

  /** Two values that are not the same value; the values inside them may still be equal under the rules. */
  private compareUnequal(left: Json, right: Json, path: Segment[], here: RulePath): void {
    if (this.isOver) return;
    if (!this.context.budget.spend(STEPS_PER_COMPARISON) && this.limit === 0) {
      this.result.more += 1; // a trial without steps counts as different
    } else if (left instanceof Map && right instanceof Map) {
      this.compareObjects(left, right, path, here);
    } else if (Array.isArray(left) && Array.isArray(right)) {
      this.compareLists(left, right, path, here);
    } else if (here.rules.scope === 'in') {
      this.add(path, here, left, right, () => scalarDifference(left, right, here.rules.unit));
    } else if (here.rules.scope === 'above') {
      this.addOneSide(path, here, 'removed', left, 'field');
      this.addOneSide(path, here, 'added', right, 'field');
    }
  }

  private compareObjects(left: JsonObject, right: JsonObject, path: Segment[], here: RulePath): void {
    const { ignoresSpelling } = this.context.rules;
    for (const [key, item] of left) {
      if (this.isOver) return;
      const other = right.get(key);
      if (other !== undefined && areSame(item, other, ignoresSpelling)) continue;
      path.push(key);
      if (other !== undefined) this.compareUnequal(item, other, path, here.at(key));
      else this.addOneSide(path, here.at(key), 'removed', item, 'field');
      path.pop();
    }
    for (const [key, item] of right) {
      if (left.has(key)) continue;
      if (this.isOver) return;
      path.push(key);
      this.addOneSide(path, here.at(key), 'added', item, 'field');
      path.pop();
    }
  }

  /** A value that only one side has. If only a path below the value is compared, that part becomes the difference. */
  private addOneSide(
    path: Segment[],
    here: RulePath,
    kind: 'added' | 'removed',
    value: Json,
    name: 'field' | 'element',
  ): void {
    const { scope, isOneSided } = here.rules;
    if (scope === 'out' || isOneSided) return;
    if (scope === 'in') {
      const [left, right] = kind === 'added' ? [undefined, value] : [value, undefined];
      this.add(path, here, left, right, () => ({ kind, class: name }));
    } else if (value instanceof Map || Array.isArray(value)) {
      for (const [step, item] of value.entries()) {
        path.push(step);
        this.addOneSide(path, here.at(step), kind, item, name);
        path.pop();
      }
    }
  }

  private compareLists(left: Json[], right: Json[], path: Segment[], here: RulePath): void {
    const { context } = this;
    const { scope, list, mayExplainBelow } = here.rules;
    if (scope === 'out') return;
    if (list.kind === 'keyed') {
      const keysOf = (elements: Json[]) => Int32Array.from(elements, (item) => this.keyOf(item, list.key));
      return this.comparePairs(alignKeyed(keysOf(left), keysOf(right)), left, right, path, here);
    }
    context.budget.spend(STEPS_PER_ALIGNMENT);
    const isOrdered = list.kind === 'ordered';
    // In an unordered list with a tolerance, the maximum matching may need an equal element for another partner.
    const mayTrim = context.rules.ignoresSpelling && !(mayExplainBelow && !isOrdered);
    const { start, end } = mayTrim ? commonEnds(left, right, context.budget) : { start: 0, end: 0 };
    const middle = (items: Json[]) => (start + end === 0 ? items : items.slice(start, items.length - end));
    const [lefts, rights] = [middle(left), middle(right)];
    if (lefts.length === 0 && rights.length === 0) return;
    const ids = isOrdered ? context.values : context.spellings;
    const isSame = (l: number, r: number) =>
      this.isNoDifference(lefts[l] as Json, rights[r] as Json, here.at(start + l));
    const lists = listPairOf(
      lefts,
      rights,
      { ids, values: context.values, budget: context.budget },
      mayExplainBelow ? isSame : null,
      !isOrdered,
    );
    if (lists === null) return this.compareByPosition(lefts, rights, path, here, start);
    const pairs = isOrdered ? alignOrdered(lists) : alignUnordered(lists);
    if (scope === 'in' && pairs.some(isMove) && isReordered(lists)) {
      return this.add(path, here, left, right, () => ({ kind: 'order', class: 'order' }));
    }
    this.comparePairs(pairs, lefts, rights, path, here, start);
  }

  private compareByPosition(
    left: Json[],
    right: Json[],
    path: Segment[],
    here: RulePath,
    offset: number,
  ): void {
    for (let i = 0; i < left.length || i < right.length; i += 1) {
      if (this.isOver) return;
      const [l, r] = [left[i], right[i]];
      if (l !== undefined && r !== undefined && areSame(l, r, this.context.rules.ignoresSpelling)) continue;
      path.push(offset + i);
      if (l === undefined) this.addOneSide(path, here.at(offset + i), 'added', r as Json, 'element');
      else if (r === undefined) this.addOneSide(path, here.at(offset + i), 'removed', l, 'element');
      else this.compareUnequal(l, r, path, here.at(offset + i));
      path.pop();
    }
  }

  private comparePairs(
    pairs: readonly ElementPair[],
    left: Json[],
    right: Json[],
    path: Segment[],
    here: RulePath,
    offset = 0,
  ): void {
    for (const pair of pairs) {
      if (this.isOver) return;
      const index = offset + (pair.kind === 'added' ? pair.right : pair.left);
      const leftItem = pair.kind === 'added' ? null : (left[pair.left] as Json);
      const rightItem = pair.kind === 'removed' ? null : (right[pair.right] as Json);
      path.push(index);
      const element = here.at(index);
      if (pair.kind === 'added') this.addOneSide(path, element, 'added', rightItem, 'element');
      else if (pair.kind === 'removed') this.addOneSide(path, element, 'removed', leftItem, 'element');
      else {
        if (pair.kind === 'moved') this.addMove(path, element, leftItem, pair.right < pair.left);
        if (pair.kind === 'both' || !this.context.rules.ignoresSpelling) {
          this.compare(leftItem, rightItem, path, element);
        }
      }
      path.pop();
    }
  }

  private addMove(path: Segment[], here: RulePath, item: Json, isEarlier: boolean): void {
    if (here.rules.scope === 'in') {
      const name = isEarlier ? 'earlier' : 'later';
      this.add(path, here, item, item, () => ({ kind: 'moved', class: name }));
    } else {
      this.addOneSide(path, here, 'removed', item, 'element');
    }
  }

  /** The id of an element's key: a field, or the value that a pointer names. 0: the element has no key. */
  private keyOf(element: Json, key: string): number {
    const isPointer = key.startsWith('/');
    const value = isPointer ? valueAt(element, key) : element instanceof Map ? element.get(key) : undefined;
    return value === undefined ? 0 : this.context.values.of(value);
  }

  private isNoDifference(left: Json, right: Json, here: RulePath): boolean {
    if (!this.context.budget.spend(STEPS_PER_TRIAL)) return false;
    if (areSame(left, right, this.context.rules.ignoresSpelling)) return true;
    if (here.rules.scope === 'in' && !(isContainer(left) && isContainer(right))) {
      return here.rules.explaining.some((one) => isExplained(one, left, right));
    }
    const trial = new Differ(this.context, 0);
    trial.compareUnequal(left, right, [], here);
    return trial.result.more === 0;
  }

  /** `describe` is called only for differences that are kept. */
  private add(
    path: readonly Segment[],
    here: RulePath,
    left: Json | undefined,
    right: Json | undefined,
    describe: () => ScalarDifference,
  ): void {
    this.context.budget.spend(STEPS_PER_DIFFERENCE);
    const explainingRule = here.rules.explaining.find((one) => isExplained(one, left, right));
    const { found, explained } = this.result;
    if ((explainingRule === undefined ? found : explained).length >= this.limit) {
      if (explainingRule === undefined) this.result.more += 1;
      return;
    }
    const difference: Difference = {
      path: pointer(path),
      generalPath: generalPointer(path, this.context.rules.isNamed),
      ...describe(),
      ...(left === undefined ? {} : { left }),
      ...(right === undefined ? {} : { right }),
    };
    if (explainingRule === undefined) found.push(difference);
    else explained.push({ difference, rule: explainingRule.rule });
  }
}

function isMove(pair: ElementPair): boolean {
  return pair.kind === 'moved';
}
