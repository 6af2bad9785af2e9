import { expect, test } from 'vitest';
import { stageOf } from '../plan.ts';
import { planOf } from '../plan-testing.ts';
import { verifyChain } from './chain.ts';
import { type Action, approversOf, type Decided, type Store } from './store.ts';

const plan = planOf();
const to = (stage: string) => stageOf(plan, stage);
export const decided = (action: Action, by = 'J. Kim'): Decided => ({
  action,
  by,
  because: 'a test',
  plan: {},
});

/** What every store keeps. `open`: a fresh store of one flag, asked for several times by one test for the same flag. */
export function storeContract(open: () => Store): void {
  test('begins with nothing, and remembers the entry before', async () => {
    const store = open();
    expect(await store.look()).toMatchObject({ inForce: null, approvals: [] });
    const first = await store.move({ to: to('shadow'), decided: decided('init') });
    const second = await store.move({ to: to('ramp-1'), decided: decided('advance') });
    if (first.kind !== 'moved' || second.kind !== 'moved') throw new Error('not moved');
    expect(await store.look()).toMatchObject({
      inForce: { ...second.entry, held: false, before: first.entry },
      approvals: [],
    });
    expect(Date.parse(second.entry.since)).toBeGreaterThan(Date.parse(first.entry.since));
  });

  test('a move that was judged on one entry does not follow on another', async () => {
    const store = open();
    const judged = await store.move({ to: to('shadow'), decided: decided('init') });
    if (judged.kind !== 'moved') throw new Error('not moved');
    const back = await store.move({ to: to('off'), decided: decided('step-back') });
    const late = await store.move({ to: to('ramp-1'), decided: decided('advance'), ifStill: judged.entry });
    expect(back.kind).toBe('moved');
    expect(late).toMatchObject({ kind: 'overtaken', now: { stage: 'off' } });
    expect((await store.decisionsAfter(0, 10)).length).toBe(2);
  });

  test('of many that follow on one entry one is taken', async () => {
    const store = open();
    const begun = await store.move({ to: to('shadow'), decided: decided('init') });
    if (begun.kind !== 'moved') throw new Error('not moved');
    const moves = await Promise.all(
      Array.from({ length: 20 }, () =>
        store.move({ to: to('ramp-1'), decided: decided('advance'), ifStill: begun.entry }),
      ),
    );
    expect(moves.filter(({ kind }) => kind === 'moved')).toHaveLength(1);
    expect(await verifyChain(await store.decisionsAfter(0, 100), null)).toMatchObject({
      kind: 'whole',
      records: 2,
    });
  });

  test('a stop is held until something else is entered', async () => {
    const store = open();
    await store.move({ to: to('shadow'), held: true, decided: decided('stop') });
    expect((await store.look()).inForce).toMatchObject({ stage: 'shadow', held: true });
    await store.move({ to: to('shadow'), decided: decided('resume') });
    expect((await store.look()).inForce).toMatchObject({ stage: 'shadow', held: false });
  });

  test('a step back by hand is held in a stage that moves money, too', async () => {
    const store = open();
    await store.move({ to: to('ramp-10'), decided: decided('set') });
    await store.move({ to: to('ramp-1'), held: true, decided: decided('back') });
    expect((await store.look()).inForce).toMatchObject({ stage: 'ramp-1', held: true });
  });

  test('an entry made elsewhere keeps its instant', async () => {
    const store = open();
    const since = '2031-01-02T03:04:05.678Z';
    await store.move({ to: to('shadow'), since, decided: decided('step-back') });
    expect((await store.look()).inForce?.since).toBe(since);
    const next = await store.move({ to: to('ramp-1'), decided: decided('advance') });
    expect(next).toMatchObject({ entry: { since: '2031-01-02T03:04:05.679Z' } }); // whatever the clock says
  });
  personsAndControllers(open);
}

function personsAndControllers(open: () => Store): void {
  test('a person approves an entry once, however their name is written; another entry, or another plan, anew', async () => {
    const store = open();
    const first = await store.move({ to: to('shadow'), decided: decided('init') });
    if (first.kind !== 'moved') throw new Error('not moved');
    const all = ['J. Kim', 'j. kim', 'J. KIM', 'H. Lee'].map((by) =>
      store.approve(first.entry, 'a plan', decided('approve', by)),
    );
    expect((await Promise.all(all)).filter((link) => link !== null)).toHaveLength(2);
    expect((await store.look()).approvals).toHaveLength(2);
    expect(await store.approve(first.entry, 'its next version', decided('approve', 'j. kim'))).not.toBeNull();
    const { approvals } = await store.look();
    expect(approversOf({ approvals }, 'its next version')).toEqual(['j. kim']);
    expect(approversOf({ approvals }, 'a plan')).toHaveLength(2);
    await store.move({ to: to('ramp-1'), decided: decided('advance') });
    expect((await store.look()).approvals).toEqual([]);
  });

  test('the lease is one controller’s at a time, and the next one’s when it is given back', async () => {
    const store = open();
    const asked = await Promise.all(
      ['a', 'b', 'c', 'd'].map(async (h) => ((await store.holdLease(h)) ? [h] : [])),
    );
    const [holder = '', ...others] = asked.flat();
    expect(others).toEqual([]);
    const other = holder === 'a' ? 'b' : 'a';
    expect(await store.holdLease(holder)).toBe(true);
    await store.move({ to: to('shadow'), decided: decided('init') });
    const stranger = await store.move({ to: to('ramp-1'), decided: decided('advance'), ifHolder: other });
    expect(stranger.kind).toBe('overtaken');
    await store.releaseLease(holder);
    expect(await store.holdLease(other)).toBe(true);
  });

  test('a record is told by one process at a time, from the oldest on, until it is noted as told', async () => {
    const store = open();
    expect(await store.toTell('a')).toBeNull();
    for (let i = 0; i < 3; i += 1) await store.record(decided('drift'));
    const asked = await Promise.all(['a', 'b', 'c'].map(async (t) => ({ t, due: await store.toTell(t) })));
    const [first, ...others] = asked.filter(({ due }) => due !== null);
    expect(others).toEqual([]);
    expect(first?.due).toMatchObject({ seq: 1, body: expect.stringContaining('drift') });
    const teller = first?.t ?? '';
    const other = teller === 'a' ? 'b' : 'a';
    await store.told(other, 3); // has nothing to say
    expect(await store.toTell(teller)).toMatchObject({ seq: 1 });
    await store.told(teller, 1);
    expect(await store.toTell(other)).toMatchObject({ seq: 2 });
    await store.told(other, 3);
    expect(await store.toTell(teller)).toBeNull();
  });

  test('records are a chain, told page by page', async () => {
    const store = open();
    for (let i = 0; i < 5; i += 1) await store.record(decided('drift'));
    const page = await store.decisionsAfter(2, 2);
    expect(page.map(({ seq }) => seq)).toEqual([3, 4]);
    expect(await verifyChain(await store.decisionsAfter(0, 10), null)).toMatchObject({
      kind: 'whole',
      records: 5,
    });
  });
}
