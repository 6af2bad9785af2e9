import { expect, test } from 'vitest';
import { stageOf } from '../src/plan/plan.ts';
import type { Stay } from '../src/plan/stay.ts';
import { verifyChain } from '../src/store/chain.ts';
import {
  type Action,
  approversOf,
  type DecisionDraft,
  type Move,
  type MoveResult,
  type Store,
} from '../src/store/store.ts';
import { planOf } from './plan.ts';

const plan = planOf();
const to = (stage: string) => stageOf(plan, stage);

export const draftOf = (action: Action, by = 'J. Kim'): DecisionDraft => ({
  action,
  by,
  because: 'a test',
  plan: {},
});

/** Moves the ramp and returns the new stay. */
async function moved(store: Store, move: Move): Promise<Stay> {
  const result: MoveResult = await store.move(move);
  if (result.kind !== 'moved') throw new Error('not moved');
  return result.stay;
}

/** What every store does. `open` returns a new store of a flag that no other test uses. */
export function storeContract(open: () => Store): void {
  test('a new store has no current stay; later it has the current stay and the one before', async () => {
    const store = open();
    expect(await store.read()).toMatchObject({ current: null, approvals: [] });
    const first = await moved(store, { to: to('shadow'), draft: draftOf('init') });
    const second = await moved(store, { to: to('ramp-1'), draft: draftOf('advance') });
    expect(await store.read()).toMatchObject({
      current: { ...second, held: false, before: first },
      approvals: [],
    });
    expect(Date.parse(second.since)).toBeGreaterThan(Date.parse(first.since));
  });

  test('a move that was judged on one stay is refused when another stay is current', async () => {
    const store = open();
    const judged = await moved(store, { to: to('shadow'), draft: draftOf('init') });
    await moved(store, { to: to('off'), draft: draftOf('step-back') });
    const late = await store.move({ to: to('ramp-1'), draft: draftOf('advance'), ifStill: judged });
    expect(late).toMatchObject({ kind: 'overtaken', now: { stage: 'off' } });
    expect((await store.decisionsAfter(0, 10)).length).toBe(2);
  });

  test('of many concurrent moves from one stay one is made', async () => {
    const store = open();
    const first = await moved(store, { to: to('shadow'), draft: draftOf('init') });
    const results = await Promise.all(
      Array.from({ length: 20 }, () =>
        store.move({ to: to('ramp-1'), draft: draftOf('advance'), ifStill: first }),
      ),
    );
    expect(results.filter(({ kind }) => kind === 'moved')).toHaveLength(1);
    expect(await verifyChain(await store.decisionsAfter(0, 100), null)).toMatchObject({
      kind: 'whole',
      records: 2,
    });
  });

  test('a stop is held until the next move', async () => {
    const store = open();
    await moved(store, { to: to('shadow'), held: true, draft: draftOf('stop') });
    expect((await store.read()).current).toMatchObject({ stage: 'shadow', held: true });
    await moved(store, { to: to('shadow'), draft: draftOf('resume') });
    expect((await store.read()).current).toMatchObject({ stage: 'shadow', held: false });
  });

  test('a step back by a person is also held in a stage that moves money', async () => {
    const store = open();
    await moved(store, { to: to('ramp-10'), draft: draftOf('set') });
    await moved(store, { to: to('ramp-1'), held: true, draft: draftOf('back') });
    expect((await store.read()).current).toMatchObject({ stage: 'ramp-1', held: true });
  });

  test('a stay that began through Unleash keeps its start, and the next stay is later', async () => {
    const store = open();
    const since = '2031-01-02T03:04:05.678Z';
    await moved(store, { to: to('shadow'), since, draft: draftOf('step-back') });
    expect((await store.read()).current?.since).toBe(since);
    const next = await moved(store, { to: to('ramp-1'), draft: draftOf('advance') });
    expect(next.since).toBe('2031-01-02T03:04:05.679Z'); // although the clock has an earlier time
  });
  personsAndProcesses(open);
}

function personsAndProcesses(open: () => Store): void {
  test('a person approves a stay once, in upper or lower case; a new stay or a new plan needs a new approval', async () => {
    const store = open();
    const first = await moved(store, { to: to('shadow'), draft: draftOf('init') });
    const all = ['J. Kim', 'j. kim', 'J. KIM', 'H. Lee'].map((by) =>
      store.approve(first, 'a plan', draftOf('approve', by)),
    );
    expect((await Promise.all(all)).filter((link) => link !== null)).toHaveLength(2);
    expect((await store.read()).approvals).toHaveLength(2);
    expect(await store.approve(first, 'its next version', draftOf('approve', 'j. kim'))).not.toBeNull();
    const { approvals } = await store.read();
    expect(approversOf({ approvals }, 'its next version')).toEqual(['j. kim']);
    expect(approversOf({ approvals }, 'a plan')).toHaveLength(2);
    await moved(store, { to: to('ramp-1'), draft: draftOf('advance') });
    expect((await store.read()).approvals).toEqual([]);
  });

  test('one controller at a time holds the lease; after its release the next controller gets it', async () => {
    const store = open();
    const holders = await Promise.all(
      ['a', 'b', 'c', 'd'].map(async (h) => ((await store.holdLease(h)) ? [h] : [])),
    );
    const [holder = '', ...others] = holders.flat();
    expect(others).toEqual([]);
    const other = holder === 'a' ? 'b' : 'a';
    expect(await store.holdLease(holder)).toBe(true);
    await moved(store, { to: to('shadow'), draft: draftOf('init') });
    const withoutLease = await store.move({
      to: to('ramp-1'),
      draft: draftOf('advance'),
      ifHolder: other,
    });
    expect(withoutLease.kind).toBe('overtaken');
    await store.releaseLease(holder);
    expect(await store.holdLease(other)).toBe(true);
  });

  test('one sender at a time gets a record, oldest first, until the record is marked as sent', async () => {
    const store = open();
    expect(await store.nextUnsent('a')).toBeNull();
    for (let i = 0; i < 3; i += 1) await store.record(draftOf('drift'));
    const calls = await Promise.all(
      ['a', 'b', 'c'].map(async (sender) => ({ sender, due: await store.nextUnsent(sender) })),
    );
    const [first, ...others] = calls.filter(({ due }) => due !== null);
    expect(others).toEqual([]);
    expect(first?.due).toMatchObject({ seq: 1, body: expect.stringContaining('drift') });
    const sender = first?.sender ?? '';
    const other = sender === 'a' ? 'b' : 'a';
    await store.markSent(other, 3); // has no effect, because `other` has no reservation
    expect(await store.nextUnsent(sender)).toMatchObject({ seq: 1 });
    await store.markSent(sender, 1);
    expect(await store.nextUnsent(other)).toMatchObject({ seq: 2 });
    await store.markSent(other, 3);
    expect(await store.nextUnsent(sender)).toBeNull();
  });

  test('the records are a chain and are read page by page', async () => {
    const store = open();
    for (let i = 0; i < 5; i += 1) await store.record(draftOf('drift'));
    const page = await store.decisionsAfter(2, 2);
    expect(page.map(({ seq }) => seq)).toEqual([3, 4]);
    expect(await verifyChain(await store.decisionsAfter(0, 10), null)).toMatchObject({
      kind: 'whole',
      records: 5,
    });
  });
}
