import type { Decimal } from './decimal.ts';
import { decimal, equal } from './decimal.ts';
import type { DifferenceKind } from './difference.ts';
import { type Json, JsonNumber, typeOf } from './json.ts';
import { isRounding, numericClass } from './numeric-class.ts';

export type ScalarDifference = { kind: DifferenceKind; class: string };

/** Whether two values that are no containers are equal: numbers by value, everything else exactly. */
export function areSame(left: Json, right: Json): boolean {
  if (left === right) return true;
  if (!(left instanceof JsonNumber && right instanceof JsonNumber)) return false;
  if (left.text === right.text) return true;
  const [a, b] = [decimal(left.text), decimal(right.text)];
  return a !== null && b !== null && equal(a, b);
}

/** The number a value says, also as text: money travels as JSON strings. */
export function numberIn(value: Json): Decimal | null {
  if (value instanceof JsonNumber) return decimal(value.text);
  return typeof value === 'string' ? decimal(value) : null;
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

const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/;
const DATE = /^\d{4}-\d{2}-\d{2}$/;

function textDifference(left: string, right: string): ScalarDifference {
  if (INSTANT.test(left) && INSTANT.test(right)) {
    const isSame = Date.parse(left) === Date.parse(right);
    return { kind: 'time', class: isSame ? 'same-instant' : 'instant' };
  }
  if (DATE.test(left) && DATE.test(right)) return { kind: 'time', class: 'date' };
  if (left.normalize('NFC') === right.normalize('NFC')) return { kind: 'spelling', class: 'unicode-form' };
  if (left.trim() === right.trim()) return { kind: 'spelling', class: 'outer-space' };
  if (left.toLowerCase() === right.toLowerCase()) return { kind: 'spelling', class: 'letter-case' };
  return { kind: 'changed', class: 'text' };
}
