import { type Json, JsonNumber, type JsonObject } from '../parse/json.ts';
import type { Work } from '../step-budget.ts';
import { numberKey } from '../values/decimal.ts';
import { PairTable } from './pair-table.ts';

const NULL = 1;
const TRUE = 2;
const FALSE = 3;
const LIST = 4;
const OBJECT = 5;
/** Steps to number one value or one key, up to 64 characters long. */
const NUMBERED = 40;

/**
 * Gives every value a number, equal values the same one, so that comparing two is comparing numbers. A container is
 * known by the chain of the numbers of its parts: no two different values ever share one.
 */
export class Identities {
  private readonly work: Work;
  private readonly keyOf: (text: string) => string;
  private readonly texts = new Map<string, number>();
  private readonly numbers = new Map<string, number>();
  private readonly known = new Map<object, number>();
  private readonly pairs = new PairTable(() => ++this.last);
  private last = OBJECT;
  /** Whether to stop as soon as no steps are left. What was begun has then the number 0, and is not remembered. */
  private isOptional = false;

  /** `isSpellingOne`: false makes `1.0` and `1` two values. */
  constructor(isSpellingOne: boolean, work: Work) {
    this.keyOf = isSpellingOne ? numberKey : (text) => text;
    this.work = work;
  }

  /** The numbers of a list's elements; null as soon as no steps are left, if that is how it is asked. */
  ofAll(list: readonly Json[], { isDue }: { isDue: true }): Int32Array;
  ofAll(list: readonly Json[], { isDue }: { isDue: boolean }): Int32Array | null;
  ofAll(list: readonly Json[], { isDue }: { isDue: boolean }): Int32Array | null {
    this.isOptional = !isDue;
    const ids = new Int32Array(list.length);
    for (let i = 0; i < ids.length && !this.stops; i += 1) ids[i] = this.of(list[i] as Json);
    const hasStopped = this.stops;
    this.isOptional = false;
    return hasStopped ? null : ids;
  }

  private get stops(): boolean {
    return this.isOptional && this.work.isSpent;
  }

  of(value: Json): number {
    if (typeof value === 'string') return this.numbered(this.texts, value);
    if (value instanceof JsonNumber) return this.numbered(this.numbers, this.keyOf(value.text));
    if (value === null) return NULL;
    if (typeof value === 'boolean') return value ? TRUE : FALSE;
    this.work.spend(NUMBERED);
    const known = this.known.get(value);
    if (known !== undefined) return known;
    const id = Array.isArray(value) ? this.ofList(value) : this.ofObject(value);
    if (this.stops) return 0;
    this.known.set(value, id);
    return id;
  }

  private ofList(list: readonly Json[]): number {
    let id = LIST;
    for (const item of list) {
      if (this.stops) return 0;
      id = this.pairs.of(id, this.of(item));
    }
    return id;
  }

  /** Members in the order of their keys' numbers, which is the order keys were first seen in. */
  private ofObject(object: JsonObject): number {
    const members: { key: number; item: Json }[] = [];
    let isSorted = true;
    let last = 0;
    for (const [text, item] of object) {
      const key = this.numbered(this.texts, text);
      isSorted &&= last < key;
      last = key;
      members.push({ key, item });
    }
    if (!isSorted) members.sort((a, b) => a.key - b.key);
    let id = OBJECT;
    for (const { key, item } of members) {
      if (this.stops) return 0;
      id = this.pairs.of(this.pairs.of(id, key), this.of(item));
    }
    return id;
  }

  private numbered(texts: Map<string, number>, text: string): number {
    this.work.spend(NUMBERED + (text.length >> 6) * NUMBERED);
    const known = texts.get(text);
    if (known !== undefined) return known;
    this.last += 1;
    texts.set(text, this.last);
    return this.last;
  }
}
