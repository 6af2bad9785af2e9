import { expect, test } from 'vitest';
import { evidenceOf } from '../gate/testing.ts';
import { stageOf } from '../plan.ts';
import { planOf } from '../plan-testing.ts';
import { judge } from './judge.ts';

const plan = planOf();
const SINCE = '2026-01-02T00:00:00.000Z';
const NOW = '2026-01-02T01:00:00.000Z';
const ENTRY = { stage: 'shadow', since: SINCE };
const judged = (more: object, stage = 'shadow') =>
  judge(
    stageOf(plan, stage),
    { ...ENTRY, stage },
    async () => evidenceOf({ match: 600 }, { from: SINCE, to: NOW, ...more }),
    new Date(NOW),
  );

test('evidence of the entry, as of now, is judged', async () => {
  expect(await judged({})).toMatchObject({ judgement: { decision: 'PASS' }, evidence: { stage: 'shadow' } });
  expect(await judged({ from: '2026-01-02T09:00:00+09:00' })).toMatchObject({
    judgement: { decision: 'PASS' },
  });
});

test.each([
  ['of another stage', { stage: 'ramp-1' }, 'EVIDENCE_OF_ANOTHER_STAGE'],
  ['that begins before the entry', { from: '2026-01-01T23:59:59.999Z' }, 'EVIDENCE_OF_ANOTHER_STAGE'],
  ['that leaves the first moments out', { from: '2026-01-02T00:00:00.001Z' }, 'EVIDENCE_OF_ANOTHER_STAGE'],
  ['that ended long ago', { to: '2026-01-02T00:54:59.999Z' }, 'EVIDENCE_STALE'],
])('evidence %s is none: UNKNOWN', async (_what, more, code) => {
  expect(await judged(more)).toMatchObject({
    judgement: { decision: 'UNKNOWN', reasons: [{ code }] },
    evidence: null,
  });
});

test('evidence a few minutes old is borne: clocks differ', async () => {
  expect(await judged({ to: '2026-01-02T00:55:00.000Z' })).toMatchObject({ judgement: { decision: 'PASS' } });
});

test('a source that cannot be reached: UNKNOWN; a stage that compares nothing asks nobody', async () => {
  const away = async () => ({ unreachable: 'refused' });
  expect(await judge(stageOf(plan, 'shadow'), ENTRY, away, new Date(NOW))).toMatchObject({
    judgement: { decision: 'UNKNOWN', reasons: [{ code: 'EVIDENCE_UNREACHABLE', detail: 'refused' }] },
  });
  const asked = async () => Promise.reject(new Error('nobody should ask'));
  expect(await judge(stageOf(plan, 'off'), ENTRY, asked, new Date(NOW))).toMatchObject({
    judgement: { decision: 'PASS' },
  });
});
