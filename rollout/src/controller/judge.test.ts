import { expect, test } from 'vitest';
import { evidenceOf } from '../../testing/evidence.ts';
import { planOf } from '../../testing/plan.ts';
import { stageOf } from '../plan/plan.ts';
import { judge } from './judge.ts';

const plan = planOf();
const SINCE = '2026-01-02T00:00:00.000Z';
const NOW = '2026-01-02T01:00:00.000Z';
const STAY = { stage: 'shadow', since: SINCE };
const judged = (more: object, stage = 'shadow') =>
  judge(
    stageOf(plan, stage),
    { ...STAY, stage },
    async () => evidenceOf({ match: 600 }, { from: SINCE, to: NOW, ...more }),
    new Date(NOW),
  );

test('evidence of the stay until now is judged', async () => {
  expect(await judged({})).toMatchObject({ judgement: { decision: 'PASS' }, evidence: { stage: 'shadow' } });
  expect(await judged({ from: '2026-01-02T01:00:00+01:00' })).toMatchObject({
    judgement: { decision: 'PASS' },
  });
});

test.each([
  ['of another stage', { stage: 'ramp-1' }, 'EVIDENCE_OF_ANOTHER_STAGE'],
  ['that begins before the stay', { from: '2026-01-01T23:59:59.999Z' }, 'EVIDENCE_OF_ANOTHER_STAGE'],
  [
    'without the first milliseconds of the stay',
    { from: '2026-01-02T00:00:00.001Z' },
    'EVIDENCE_OF_ANOTHER_STAGE',
  ],
  ['that ended more than five minutes ago', { to: '2026-01-02T00:54:59.999Z' }, 'EVIDENCE_STALE'],
])('evidence %s is not used: UNKNOWN', async (_what, more, code) => {
  expect(await judged(more)).toMatchObject({
    judgement: { decision: 'UNKNOWN', reasons: [{ code }] },
    evidence: null,
  });
});

test('evidence that is a few minutes old is judged, because clocks differ', async () => {
  expect(await judged({ to: '2026-01-02T00:55:00.000Z' })).toMatchObject({ judgement: { decision: 'PASS' } });
});

test('an evidence source that does not answer: UNKNOWN; a stage without shadow requests no evidence', async () => {
  const down = async () => ({ unreachable: 'refused' });
  expect(await judge(stageOf(plan, 'shadow'), STAY, down, new Date(NOW))).toMatchObject({
    judgement: { decision: 'UNKNOWN', reasons: [{ code: 'EVIDENCE_UNREACHABLE', detail: 'refused' }] },
  });
  const unused = async () => Promise.reject(new Error('no evidence is needed'));
  expect(await judge(stageOf(plan, 'off'), STAY, unused, new Date(NOW))).toMatchObject({
    judgement: { decision: 'PASS' },
  });
});
