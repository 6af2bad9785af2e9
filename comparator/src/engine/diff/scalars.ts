import { type Json, JsonNumber, typeOf } from '../parse/json.ts';
import { areEquivalent } from '../rules/equivalence.ts';
import type { CompiledRule } from '../rules/rule.ts';
import { type Decimal, decimal, equal, isSameNumber, isWithin } from '../values/decimal.ts';
import { instantOf } from '../values/instant.ts';
import { isRounding, numericClass } from '../values/numeric-class.ts';
import type { DifferenceKind } from './difference.ts';

export type ScalarDifference = { kind: DifferenceKind; class: string };

/** Whether two values are the same without a look inside lists and objects. Numbers are compared by value or spelling. */
export function areSame(left: Json, right: Json, ignoresSpelling: boolean): boolean {
  if (left === right) return true;
  if (!(left instanceof JsonNumber && right instanceof JsonNumber)) return false;
  return left.text === right.text || (ignoresSpelling && isSameNumber(left.text, right.text));
}

/** The number in a value, which may be a text, because amounts of money are sent as JSON strings. */
export function numberIn(value: Json): Decimal | null {
  if (value instanceof JsonNumber) return decimal(value.text);
  return typeof value === 'string' ? decimal(value) : null;
}

/** Whether a rule at their path explains that two values differ; undefined stands for a missing field. */
export function isExplained(
  { rule, amount }: CompiledRule,
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

/** The kind and class of the difference of two unequal values, at least one of which is not a list or an object. */
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
    // without the amount of time, because all examples of one defect must have the same class
    return { kind: 'time', class: equal(a.seconds, b.seconds) ? 'same-instant' : 'instant' };
  }
  if (left.normalize('NFC') === right.normalize('NFC')) return { kind: 'spelling', class: 'unicode-form' };
  if (left.trim() === right.trim()) return { kind: 'changed', class: 'outer-space' };
  if (left.toLowerCase() === right.toLowerCase()) return { kind: 'changed', class: 'letter-case' };
  return { kind: 'changed', class: 'text' };
}
