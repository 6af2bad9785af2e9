import { normalNumber } from './decimal.ts';
import { type Json, JsonNumber } from './json.ts';

/** Whether two values are equal: numbers by value, lists in order, keys in any. */
export function isEqual(left: Json, right: Json): boolean {
  if (left === right) return true;
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
  return left instanceof JsonNumber && right instanceof JsonNumber && isSameNumber(left.text, right.text);
}

export function isSameNumber(left: string, right: string): boolean {
  return left === right || normalNumber(left) === normalNumber(right);
}

/**
 * Gives every value a number, equal values the same one, so that comparing two is comparing numbers. The text a
 * container is known by is made of the numbers of its parts: no two different values ever share one.
 */
export class Identities {
  private readonly byText = new Map<string, number>();
  private readonly known = new Map<object, number>();
  private readonly numberText: (text: string) => string;

  /** `isSpellingOne`: false makes `1.0` and `1` two values. */
  constructor(isSpellingOne: boolean) {
    this.numberText = isSpellingOne ? normalNumber : (text) => text;
  }

  of(value: Json): number {
    if (typeof value !== 'object' || value === null) {
      return this.number(typeof value === 'string' ? `"${value}` : String(value));
    }
    const known = this.known.get(value);
    if (known !== undefined) return known;
    const id = this.number(this.textOf(value));
    this.known.set(value, id);
    return id;
  }

  private textOf(value: JsonNumber | Json[] | Map<string, Json>): string {
    if (value instanceof JsonNumber) return `#${this.numberText(value.text)}`;
    if (Array.isArray(value)) return `[${value.map((item) => this.of(item)).join(',')}`;
    const members = [...value].map(([key, item]) => `${this.number(`"${key}`)}:${this.of(item)}`);
    return `{${members.sort().join(',')}`;
  }

  private number(text: string): number {
    const known = this.byText.get(text);
    if (known !== undefined) return known;
    const id = this.byText.size + 1;
    this.byText.set(text, id);
    return id;
  }
}
