import { expect, test } from 'vitest';
import { advance, back, EXIT, set, status } from './commands.ts';
import type { NoEvidence } from './evidence-source.ts';
import { StageMoved } from './faults.ts';
import type { Entry } from './flag-control.ts';
import { type Evidence, VERDICTS, type VerdictCounts } from './gate/evidence.ts';
import { loadPlan } from './plan.ts';
import type { StageName } from './stages.ts';

const SINCE = '2026-01-02T00:00:00.000Z';
const zero = Object.fromEntries(VERDICTS.map((v) => [v, 0])) as VerdictCounts;

function evidence(counts: Partial<VerdictCounts>, stage = 'ramp-1', from = SINCE): Evidence {
  const latency = { n: 0, histogram: [] };
  return {
    stage,
    from,
    to: from,
    strata: [{ key: null, verdicts: { ...zero, ...counts } }],
    latency: { legacy: latency, new: latency },
  };
}

function tools(stage: StageName, answer: Evidence | NoEvidence) {
  const entered: StageName[] = [];
  const flag = {
    init: async () => [],
    current: async (): Promise<Entry> => ({ stage, since: SINCE }),
    enter: async (next: StageName): Promise<Entry> => {
      entered.push(next);
      return { stage: next, since: SINCE };
    },
  };
  return { entered, plan: loadPlan('demo'), flag, evidence: async () => answer };
}

test('advances to the next stage of the plan when the gate passes', async () => {
  const t = tools('ramp-1', evidence({ match: 500 }));
  expect(await advance(t)).toMatchObject({
    exit: EXIT.done,
    json: { moved: true, from: 'ramp-1', to: 'ramp-10' },
  });
  expect(t.entered).toEqual(['ramp-10']);
});

test.each([
  ['a mismatch', evidence({ match: 500, mismatch: 1 }), EXIT.fail, 'MISMATCH'],
  ['too few comparisons', evidence({ match: 1 }), EXIT.unknown, 'TOO_FEW'],
  ['no evidence to be had', { unreachable: 'refused' }, EXIT.unknown, 'EVIDENCE_UNREACHABLE'],
  [
    'evidence of another stage',
    evidence({ match: 500 }, 'shadow'),
    EXIT.unknown,
    'EVIDENCE_OF_ANOTHER_STAGE',
  ],
  [
    'evidence from before the stage was entered',
    evidence({ match: 500 }, 'ramp-1', '2025-12-31T00:00:00Z'),
    EXIT.unknown,
    'EVIDENCE_OF_ANOTHER_STAGE',
  ],
])('stays on %s', async (_what, answer, exit, code) => {
  const t = tools('ramp-1', answer);
  expect(await advance(t)).toMatchObject({
    exit,
    json: { moved: false, judgement: { reasons: [{ code }] } },
  });
  expect(t.entered).toEqual([]);
});

test('an advance that was overtaken by a step back stays where that led', async () => {
  const t = tools('ramp-1', evidence({ match: 500 }));
  const overtaken = { ...t.flag, enter: () => Promise.reject(new StageMoved('ramp-1', 'shadow')) };
  expect(await advance({ ...t, flag: overtaken })).toMatchObject({
    exit: EXIT.unknown,
    json: { moved: false, from: 'shadow', to: null },
  });
});

test('leaves stage off without evidence, because nothing is compared in it', async () => {
  const t = tools('off', { unreachable: 'refused' });
  expect(await advance(t)).toMatchObject({ exit: EXIT.done, json: { to: 'shadow' } });
});

test('steps back without asking for evidence', async () => {
  const t = tools('ramp-10', { unreachable: 'refused' });
  expect(await back(t)).toMatchObject({ exit: EXIT.done, json: { from: 'ramp-10', to: 'ramp-1' } });
});

test('the plan ends at both ends', async () => {
  expect(await advance(tools('full', evidence({ match: 500 }, 'full')))).toMatchObject({
    exit: EXIT.badInput,
  });
  expect(await back(tools('off', evidence({})))).toMatchObject({ exit: EXIT.badInput });
});

test('set enters any stage, also the one in force', async () => {
  const t = tools('ramp-1', evidence({ mismatch: 9 }));
  expect(await set(t, 'ramp-1')).toMatchObject({ exit: EXIT.done, json: { to: 'ramp-1' } });
  expect(t.entered).toEqual(['ramp-1']);
});

test('status shows the stage, its counts and what the gate says', async () => {
  const { text, json } = await status(tools('ramp-1', evidence({ match: 7 })));
  expect(json).toMatchObject({ stage: 'ramp-1', percent: 1, verdicts: { match: 7 } });
  expect(text).toContain('7 of 108');
});
