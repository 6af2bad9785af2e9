import { expect, test } from 'vitest';
import { createController } from './controller.ts';
import type { Entry } from './flag-control.ts';
import { type Evidence, VERDICTS, type VerdictCounts } from './gate/evidence.ts';
import type { StageName } from './stages.ts';

/** A bank in memory: a flag that counts its steps, and mismatches per entry. */
function bank(stage: StageName) {
  let clock = Date.parse('2026-01-02T12:00:00Z');
  let entry: Entry = { stage, since: new Date(clock).toISOString() };
  const mismatches = new Map<string, number>();
  const steps: StageName[] = [];
  let isUnleashUp = true;
  const enter = async (next: StageName): Promise<Entry> => {
    if (!isUnleashUp) throw new Error('Unleash is away');
    steps.push(next);
    clock += 1;
    entry = { stage: next, since: new Date(clock).toISOString() };
    return entry;
  };
  const zero = Object.fromEntries(VERDICTS.map((v) => [v, 0])) as VerdictCounts;
  const evidence = async (asked: Entry): Promise<Evidence> => ({
    stage: asked.stage,
    from: asked.since,
    to: asked.since,
    strata: [{ key: null, verdicts: { ...zero, match: 50, mismatch: mismatches.get(asked.since) ?? 0 } }],
    latency: { legacy: { n: 0, histogram: [] }, new: { n: 0, histogram: [] } },
  });
  const controller = createController({
    flag: { init: async () => [], current: async () => entry, enter },
    evidence,
    fallbackStage: 'shadow',
    now: () => new Date(clock),
    onNoEvidence: () => undefined,
  });
  return {
    controller,
    steps,
    enter,
    entry: () => entry,
    differ: (since: string, n: number) => mismatches.set(since, n),
    pass: (ms: number) => {
      clock += ms;
    },
    unleash: (isUp: boolean) => {
      isUnleashUp = isUp;
    },
  };
}

test('the first mismatch in a stage that moves money steps back to the fallback stage, once', async () => {
  const { controller, steps, entry, differ } = bank('ramp-10');
  await controller.lookAtFlag();
  expect(await controller.poll()).toBeNull();
  const { since } = entry();
  differ(since, 1);
  expect(await controller.poll()).toMatchObject({
    action: 'step-back',
    from: { stage: 'ramp-10', since },
    to: { stage: 'shadow' },
    because: { code: 'MISMATCH', mismatches: 1 },
  });
  differ(since, 40); // what was under way
  expect(await controller.poll()).toBeNull();
  expect(steps).toEqual(['shadow']);
});

test('a mismatch in stage shadow moves nothing', async () => {
  const { controller, steps, entry, differ } = bank('shadow');
  await controller.lookAtFlag();
  differ(entry().since, 5);
  expect(await controller.poll()).toBeNull();
  expect(steps).toEqual([]);
});

test('a mismatch of the entry before, compared late, steps back the stage that followed', async () => {
  const { controller, steps, enter, entry, differ, pass } = bank('ramp-1');
  await controller.lookAtFlag();
  const first = entry().since;
  await enter('ramp-10');
  pass(500);
  await controller.lookAtFlag();
  differ(first, 1);
  expect(await controller.poll()).toMatchObject({ from: { stage: 'ramp-10' }, because: { stage: 'ramp-1' } });
  expect(steps).toEqual(['ramp-10', 'shadow']);
});

test('long after an entry ended its evidence is not looked at any more', async () => {
  const { controller, enter, entry, differ, pass } = bank('ramp-1');
  await controller.lookAtFlag();
  const first = entry().since;
  await enter('ramp-10');
  await controller.lookAtFlag();
  pass(60_000);
  differ(first, 1);
  expect(await controller.poll()).toBeNull();
});

test('after the fix the ramp goes on: old mismatches count for their own entry only', async () => {
  const { controller, steps, enter, entry, differ } = bank('ramp-10');
  await controller.lookAtFlag();
  differ(entry().since, 3);
  await controller.poll();
  await enter('ramp-10');
  await controller.lookAtFlag();
  expect(await controller.poll()).toBeNull();
  expect(steps).toEqual(['shadow', 'ramp-10']);
});

test('a mismatch already answered for does not step back who entered again before the controller looked', async () => {
  const { controller, steps, enter, entry, differ } = bank('ramp-10');
  await controller.lookAtFlag();
  differ(entry().since, 3);
  await controller.poll();
  await enter('ramp-10');
  expect(await controller.poll()).toBeNull();
  expect(steps).toEqual(['shadow', 'ramp-10']);
});

test('a person who was faster is not overruled', async () => {
  const { controller, steps, enter, entry, differ } = bank('ramp-10');
  await controller.lookAtFlag();
  differ(entry().since, 1);
  await enter('off');
  expect(await controller.poll()).toBeNull();
  expect(steps).toEqual(['off']);
});

test('a step that Unleash did not take is tried again', async () => {
  const { controller, steps, entry, differ, unleash } = bank('full');
  await controller.lookAtFlag();
  differ(entry().since, 1);
  unleash(false);
  await expect(controller.poll()).rejects.toThrow('away');
  unleash(true);
  expect(await controller.poll()).toMatchObject({ to: { stage: 'shadow' } });
  expect(steps).toEqual(['shadow']);
});
