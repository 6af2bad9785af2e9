import { expect, test } from 'vitest';
import { adminInMemory } from '../../testing/admin-in-memory.ts';
import { evidenceOf } from '../../testing/evidence.ts';
import { GATE } from '../../testing/plan.ts';
import { rampInMemory } from '../../testing/ramp-in-memory.ts';
import { draftOf } from '../../testing/store-contract.ts';
import type { Evidence } from '../gate/evidence.ts';
import { status } from './status.ts';

const HOUR = 3_600_000;
const CHANGE = { approvals: 1, gate: { ...GATE, minPerStratum: 300 } };

/** A ramp with evidence of two strata, half an hour after the start of the stay. */
async function rampWith(strata: Parameters<typeof evidenceOf>[0]) {
  const b = await rampInMemory('ramp-10', CHANGE);
  const from = b.stay.since;
  const to = () => new Date(b.tools.now().getTime() + HOUR / 2).toISOString();
  const evidence = async (): Promise<Evidence> => evidenceOf(strata, { stage: 'ramp-10', from, to: to() });
  b.advanceClock(HOUR / 2);
  return { ...b, tools: { ...b.tools, evidence, admin: adminInMemory().admin } };
}

const TWO: Parameters<typeof evidenceOf>[0] = [
  [{ tier: 'T1' }, { match: 150 }],
  [{ tier: 'T2' }, { match: 350 }],
];

test('the first lines show the stage, the share of the new core, the shadow share and the bake time', async () => {
  const { tools } = await rampWith(TWO);
  const { text, exit } = await status(tools);
  expect(exit).toBe(0);
  expect(text.split('\n').slice(0, 5)).toEqual([
    'p, plan p',
    'off ─ shadow ─ ramp-1 ─ [ramp-10] ─ full',
    'new core    ██·················· 10 %',
    'shadow      ████████████████████ 100 % of requests',
    'bake time   30 min of 1 h, and 1 midnights in Europe/Berlin',
  ]);
});

test('each stratum has a bar, its required pairs and the time left; the stratum that misses most is first', async () => {
  const { tools } = await rampWith(TWO);
  const lines = (await status(tools)).text.split('\n');
  const of = (name: string) => lines.findIndex((line) => line.trimStart().startsWith(name));
  expect(lines[of('all together')]).toContain('████████████████████ 500 of 437, 0 differ');
  expect(lines[of('T1')]).toMatch(/██████████·{10} 150 of 300, 0 differ, rate < 0.029 {2}about 1 h more$/);
  expect(lines[of('T2')]).toMatch(/█{20} 350 of 300, 0 differ, rate < 0.012$/);
  expect(of('T1')).toBeLessThan(of('T2'));
});

test('a stratum without a pair has a text instead of the time left', async () => {
  const { tools } = await rampWith([...(TWO as [object, object][]), [{ tier: 'T3' }, {}]] as typeof TWO);
  expect((await status(tools)).text).toMatch(/T3 +·{20} 0 of 300, 0 differ, rate < 1.0 {2}no pair yet/);
});

test('all blocks are shown with what is missing', async () => {
  const { tools, store, stay, plan } = await rampWith(TWO);
  await store.approve(stay, 'an older version', draftOf('approve', 'H. Lee'));
  const { text, json } = await status(tools);
  expect(text).toContain('approvals   0 of 1\n');
  expect(text).toContain('blocked by  GATE UNKNOWN: 150 comparisons, 300 or a waiver are needed');
  expect(text).toContain('            BAKE 30 min of 1 h left');
  expect(text).toContain('            MIDNIGHT 0 of 1 midnights in Europe/Berlin have passed');
  expect(text).toContain('            APPROVAL 1 approval missing');
  expect(json).toMatchObject({ blocks: ['GATE', 'BAKE', 'MIDNIGHT', 'APPROVAL'].map((code) => ({ code })) });
  await store.approve(stay, plan.hash, draftOf('approve', 'H. Lee'));
  expect((await status(tools)).text).toContain('approvals   1 of 1: H. Lee');
});

test('a stage without blocks shows the next stage', async () => {
  const { tools, store, stay, plan, advanceClock } = await rampWith([[{ tier: 'T1' }, { match: 500 }]]);
  await store.approve(stay, plan.hash, draftOf('approve', 'H. Lee'));
  advanceClock(24 * HOUR);
  expect((await status(tools)).text).toContain('next        full, not blocked');
});

test('Unleash or an evidence source that is down is shown, and the rest is shown as well', async () => {
  const b = await rampInMemory('shadow', CHANGE);
  await b.set('shadow', true);
  b.setUnleashUp(false);
  b.setEvidenceUp(false);
  const { text, json } = await status({ ...b.tools, admin: adminInMemory().admin });
  expect(text).toContain('p, plan p · HELD');
  expect(text).toContain('Unleash     unreachable: Unleash is down');
  expect(text).toContain('evidence    UNKNOWN');
  expect(json).toMatchObject({ held: true, verdicts: null, judgement: { decision: 'UNKNOWN' } });
});
