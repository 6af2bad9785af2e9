import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Json, JsonNumber } from '../parse/json.ts';
import { parse } from '../parse/parse.ts';
import { StepBudget } from '../step-budget.ts';
import { isEqual } from '../values/equal.ts';
import { Identities } from './identities.ts';

const ENOUGH = 1e12;

function read(text: string): Json {
  const parsed = parse(text);
  return parsed.ok ? parsed.value : null;
}

test('law: two values have one id exactly when they are equal', () => {
  const few = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      fc.constantFrom(null, true, false, '', '1', 'a', 0, 1, 2),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom('', '1', 'a'), tie('value'), { maxKeys: 3 }),
    ),
  })).value;
  fc.assert(
    fc.property(fc.array(few, { minLength: 2, maxLength: 6 }), (values) => {
      const read_ = values.map((value) => read(JSON.stringify(value)));
      const ids = new Identities(true, new StepBudget(ENOUGH)).ofAll(read_, { isRequired: true });
      for (const [i, a] of read_.entries()) {
        for (const [j, b] of read_.entries()) expect(ids[i] === ids[j]).toBe(isEqual(a, b));
      }
    }),
    { numRuns: 2_000 },
  );
});

test.each([
  ['1', '1.0', '10e-1'],
  ['100', '1e2', '100.00'],
  ['-0', '0', '0e5'],
  ['123456789012345678', '123456789012345678.0', '1.23456789012345678e17'],
])('%s, %s and %s have one id by value, and three by spelling', (...texts) => {
  const numbers = texts.map((text) => new JsonNumber(text));
  const different = (ignoresSpelling: boolean) =>
    new Set(new Identities(ignoresSpelling, new StepBudget(ENOUGH)).ofAll(numbers, { isRequired: true }))
      .size;
  expect([different(true), different(false)]).toEqual([1, 3]);
});

test('stops when no steps remain, even inside one large value, and stores no id of that value', () => {
  const large = read(JSON.stringify([Array.from({ length: 10_000 }, (_, i) => ({ i }))]));
  const budget = new StepBudget(1_000);
  const identities = new Identities(true, budget);
  expect(identities.ofAll(large as Json[], { isRequired: false })).toBeNull();
  const [id] = identities.ofAll(large as Json[], { isRequired: true });
  expect(id).toBe(identities.of((large as Json[])[0] as Json));
  expect(id).toBeGreaterThan(10_000);
});
