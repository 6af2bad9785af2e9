import { expect, test } from 'vitest';
import type { FlagDoubt, FlagState } from './flag-shape.ts';
import { type StopOrder, withStopOrder } from './stop-order.ts';

const AT = (second: number) => `2026-03-02T01:02:0${second}.000Z`;
const flag: FlagState = {
  kind: 'staged',
  stage: 'ramp-50',
  since: AT(5),
  percent: 50,
  shadow: 1,
  primary: 'new',
  groupId: 'g',
  members: new Set(),
};
const order = (change: Partial<StopOrder> = {}): StopOrder => ({
  stage: 'shadow',
  since: AT(6),
  shadow: 1,
  primary: 'legacy',
  held: false,
  beforeSince: null,
  ...change,
});
const doubt = (what: FlagDoubt): FlagState => ({ kind: 'doubt', doubt: what });

test('an order that was never read: legacy, because a stop may be in force', () => {
  expect(withStopOrder(flag, undefined)).toEqual(doubt('override-unknown'));
});

test('a database that knows nothing of the flag leaves it to Unleash', () => {
  expect(withStopOrder(flag, null)).toBe(flag);
});

test.each([
  ['a later step back', order(), 'shadow'],
  ['the step back the flag shows too', order({ since: AT(5) }), 'shadow'],
  ['one that an advance has overtaken', order({ since: AT(4) }), 'ramp-50'],
  ['a stop held, however old', order({ since: AT(1), held: true }), 'shadow'],
  [
    'a later stage that moves money, on its way through Unleash',
    order({ stage: 'full', primary: 'new', beforeSince: AT(5) }),
    'ramp-50',
  ],
  ['the same entry that moves money', order({ stage: 'ramp-50', since: AT(5), primary: 'new' }), 'ramp-50'],
  ['an advance this database does not show yet', order({ since: AT(4), primary: 'new' }), 'ramp-50'],
])('%s', (_what, given, stage) => {
  expect(withStopOrder(flag, given)).toMatchObject({ kind: 'staged', stage });
});

test('a flag that is neither in force nor the one before moves no money: nobody watches its evidence', () => {
  const later = order({ stage: 'full', primary: 'new', beforeSince: AT(4) });
  expect(withStopOrder(flag, later)).toEqual(doubt('entry-over'));
  expect(withStopOrder(flag, { ...later, beforeSince: null })).toEqual(doubt('entry-over'));
});

test('with Unleash unknown the database’s stage rules, if it moves no money', () => {
  expect(withStopOrder(doubt('unleash-unknown'), order())).toMatchObject({
    stage: 'shadow',
    primary: 'legacy',
  });
  const money = order({ stage: 'full', primary: 'new' });
  expect(withStopOrder(doubt('unleash-unknown'), money)).toEqual(doubt('unleash-unknown'));
});

test('a flag that contradicts itself stays in doubt', () => {
  expect(withStopOrder(doubt('percent-differs'), order())).toEqual(doubt('percent-differs'));
});
