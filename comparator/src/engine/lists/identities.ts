import { type Json, JsonNumber, type JsonObject } from '../parse/json.ts';
import type { StepBudget } from '../step-budget.ts';
import { numberKey } from '../values/decimal.ts';
import { PairTable } from './pair-table.ts';

const NULL = 1;
const TRUE = 2;
const FALSE = 3;
const LIST = 4;
const OBJECT = 5;
/** Steps to give an id to one value or one key of up to 64 characters. */
const STEPS_PER_VALUE = 40;

/**
 * Gives every value a number as its id, so that two values are equal exactly if their ids are. The id of a list or an
 * object stands for the chain of the ids of its parts. It is not a hash: two different values never share an id.
 */
export class Identities {
  private readonly budget: StepBudget;
  private readonly keyOf: (text: string) => string;
  private readonly texts = new Map<string, number>();
  private readonly numbers = new Map<string, number>();
  private readonly known = new Map<object, number>();
  private readonly pairs = new PairTable(() => ++this.last);
  private last = OBJECT;
  /** Whether to stop when no steps remain. An unfinished value gets the id 0, which is not stored. */
  private isInterruptible = false;

  /** `ignoresSpelling`: if false, `1.0` and `1` are two values. */
  constructor(ignoresSpelling: boolean, budget: StepBudget) {
    this.keyOf = ignoresSpelling ? numberKey : (text) => text;
    this.budget = budget;
  }

  /** The ids of the elements of a list. Null when no steps remain, unless the ids are required. */
  ofAll(list: readonly Json[], { isRequired }: { isRequired: true }): Int32Array;
  ofAll(list: readonly Json[], { isRequired }: { isRequired: boolean }): Int32Array | null;
  ofAll(list: readonly Json[], { isRequired }: { isRequired: boolean }): Int32Array | null {
    this.isInterruptible = !isRequired;
    const ids = new Int32Array(list.length);
    for (let i = 0; i < ids.length && !this.isInterrupted; i += 1) ids[i] = this.of(list[i] as Json);
    const wasInterrupted = this.isInterrupted;
    this.isInterruptible = false;
    return wasInterrupted ? null : ids;
  }

  private get isInterrupted(): boolean {
    return this.isInterruptible && this.budget.isSpent;
  }

  of(value: Json): number {
    if (typeof value === 'string') return this.idOfText(this.texts, value);
    if (value instanceof JsonNumber) return this.idOfText(this.numbers, this.keyOf(value.text));
    if (value === null) return NULL;
    if (typeof value === 'boolean') return value ? TRUE : FALSE;
    this.budget.spend(STEPS_PER_VALUE);
    const known = this.known.get(value);
    if (known !== undefined) return known;
    const id = Array.isArray(value) ? this.ofList(value) : this.ofObject(value);
    if (this.isInterrupted) return 0;
    this.known.set(value, id);
    return id;
  }

  private ofList(list: readonly Json[]): number {
    let id = LIST;
    for (const item of list) {
      if (this.isInterrupted) return 0;
      id = this.pairs.of(id, this.of(item));
    }
    return id;
  }

  /** Members are chained in the order of their keys' ids, which is the order in which the keys were first seen. */
  private ofObject(object: JsonObject): number {
    const members: { key: number; item: Json }[] = [];
    let isSorted = true;
    let last = 0;
    for (const [text, item] of object) {
      const key = this.idOfText(this.texts, text);
      isSorted &&= last < key;
      last = key;
      members.push({ key, item });
    }
    if (!isSorted) members.sort((a, b) => a.key - b.key);
    let id = OBJECT;
    for (const { key, item } of members) {
      if (this.isInterrupted) return 0;
      id = this.pairs.of(this.pairs.of(id, key), this.of(item));
    }
    return id;
  }

  private idOfText(texts: Map<string, number>, text: string): number {
    this.budget.spend(STEPS_PER_VALUE + (text.length >> 6) * STEPS_PER_VALUE);
    const known = texts.get(text);
    if (known !== undefined) return known;
    this.last += 1;
    texts.set(text, this.last);
    return this.last;
  }
}
