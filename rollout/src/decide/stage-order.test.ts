import { expect, test } from 'vitest';
import type { FlagDoubt, FlagState } from '../flag/flag-shape.ts';
import { type StageOrder, type StageOrderState, withStageOrder } from './stage-order.ts';

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
const order = (change: Partial<StageOrder> = {}): StageOrder => ({
  stage: 'shadow',
  since: AT(6),
  shadow: 1,
  primary: 'legacy',
  held: false,
  beforeSince: null,
  ...change,
});
const ordered = (order: StageOrder): StageOrderState => ({ kind: 'ordered', order });
const doubt = (what: FlagDoubt): FlagState => ({ kind: 'doubt', doubt: what });

test('an order that was never read: the legacy core, because there may be a stop', () => {
  expect(withStageOrder(flag, { kind: 'unread' })).toEqual(doubt('override-unknown'));
});

test('a database without a row for the flag: the flag of Unleash applies', () => {
  expect(withStageOrder(flag, { kind: 'none' })).toBe(flag);
});

test.each([
  ['a later step back', order(), 'shadow'],
  ['the step back that the flag has as well', order({ since: AT(5) }), 'shadow'],
  ['an order that was followed by an advance', order({ since: AT(4) }), 'ramp-50'],
  ['a stop that is held, although it is old', order({ since: AT(1), held: true }), 'shadow'],
  [
    'a later stage that moves money and is on its way through Unleash',
    order({ stage: 'full', primary: 'new', beforeSince: AT(5) }),
    'ramp-50',
  ],
  ['the same stay, which moves money', order({ stage: 'ramp-50', since: AT(5), primary: 'new' }), 'ramp-50'],
  ['an advance that the order does not have yet', order({ since: AT(4), primary: 'new' }), 'ramp-50'],
])('%s', (_what, given, stage) => {
  expect(withStageOrder(flag, ordered(given))).toMatchObject({ kind: 'staged', stage });
});

test('a flag that has neither the current nor the previous stay moves no money, because its evidence is not judged', () => {
  const later = order({ stage: 'full', primary: 'new', beforeSince: AT(4) });
  expect(withStageOrder(flag, ordered(later))).toEqual(doubt('entry-over'));
  expect(withStageOrder(flag, ordered({ ...later, beforeSince: null }))).toEqual(doubt('entry-over'));
});

test('without Unleash the order applies if it moves no money', () => {
  expect(withStageOrder(doubt('unleash-unknown'), ordered(order()))).toMatchObject({
    stage: 'shadow',
    primary: 'legacy',
  });
  const money = order({ stage: 'full', primary: 'new' });
  expect(withStageOrder(doubt('unleash-unknown'), ordered(money))).toEqual(doubt('unleash-unknown'));
});

test('a flag that contradicts itself stays in doubt', () => {
  expect(withStageOrder(doubt('percent-differs'), ordered(order()))).toEqual(doubt('percent-differs'));
});
