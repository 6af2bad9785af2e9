import { type Json, JsonNumber, typeOf } from '../parse/json.ts';
import type { ReadyRule } from '../rules/compiled-rules.ts';
import { areEquivalent } from '../rules/equivalence.ts';
import { type Decimal, decimal, equal, isSameNumber, isWithin } from '../values/decimal.ts';
import { instantOf } from '../values/instant.ts';
import { isRounding, numericClass } from '../values/numeric-class.ts';
import type { DifferenceKind } from './difference.ts';

export type ScalarDifference = { kind: DifferenceKind; class: string };

/** Whether two values are equal without looking inside: numbers by value, if spelling says nothing. */
export function areSame(left: Json, right: Json, isSpellingOne: boolean): boolean {
  if (left === right) return true;
  if (!(left instanceof JsonNumber && right instanceof JsonNumber)) return false;
  return left.text === right.text || (isSpellingOne && isSameNumber(left.text, right.text));
}

/** The number a value says, also as text: money travels as JSON strings. */
export function numberIn(value: Json): Decimal | null {
  if (value instanceof JsonNumber) return decimal(value.text);
  return typeof value === 'string' ? decimal(value) : null;
}

/** Whether a rule at their path explains that two values, or a value and none (undefined), are not the same. */
export function isExplained(
  { rule, amount }: ReadyRule,
  left: Json | undefined,
  right: Json | undefined,
): boolean {
  if (rule.kind === 'ignore') return true;
  if (rule.kind === 'equivalent') return areEquivalent(rule, left, right);
  if (left === undefined || right === undefined || amount === null) return false;
  if (typeOf(left) !== typeOf(right)) return false;
  if (rule.kind === 'within') {
    const [a, b] = [numberIn(left), numberIn(right)];
    return a !== null && b !== null && isWithin(a, b, amount);
  }
  return areInstantsWithin(left, right, amount);
}

function areInstantsWithin(left: Json, right: Json, seconds: Decimal): boolean {
  if (typeof left !== 'string' || typeof right !== 'string') return false;
  const [a, b] = [instantOf(left), instantOf(right)];
  return a !== null && b !== null && a.form === b.form && isWithin(a.seconds, b.seconds, seconds);
}

/** Names the difference of two unequal values of which at least one is no container. */
export function scalarDifference(left: Json, right: Json, unit: Decimal | null): ScalarDifference {
  const [leftType, rightType] = [typeOf(left), typeOf(right)];
  if (leftType !== rightType) return { kind: 'type', class: `${leftType}/${rightType}` };
  if (leftType === 'boolean') return { kind: 'changed', class: 'boolean' };
  const [a, b] = [numberIn(left), numberIn(right)];
  if (a !== null && b !== null) {
    if (equal(a, b)) return { kind: 'spelling', class: 'same-number' };
    const name = numericClass(a, b, unit);
    return { kind: isRounding(name) ? 'rounding' : 'changed', class: name };
  }
  if (typeof left === 'string' && typeof right === 'string') return textDifference(left, right);
  return { kind: 'changed', class: 'other' };
}

function textDifference(left: string, right: string): ScalarDifference {
  const [a, b] = [instantOf(left), instantOf(right)];
  if (a !== null && b !== null && a.form === b.form) {
    if (a.form === 'date') return { kind: 'time', class: 'date' };
    // not the delta itself: a class is the same from one example of a defect to the next
    return { kind: 'time', class: equal(a.seconds, b.seconds) ? 'same-instant' : 'instant' };
  }
  if (left.normalize('NFC') === right.normalize('NFC')) return { kind: 'spelling', class: 'unicode-form' };
  if (left.trim() === right.trim()) return { kind: 'changed', class: 'outer-space' };
  if (left.toLowerCase() === right.toLowerCase()) return { kind: 'changed', class: 'letter-case' };
  return { kind: 'changed', class: 'text' };
}
