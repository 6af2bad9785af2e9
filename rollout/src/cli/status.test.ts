import { expect, test } from 'vitest';
import { bankInMemory } from '../controller/bank-testing.ts';
import type { Evidence } from '../gate/evidence.ts';
import { evidenceOf } from '../gate/testing.ts';
import { GATE } from '../plan-testing.ts';
import { decided } from '../store/store-contract.ts';
import { adminInMemory } from '../unleash-testing.ts';
import { status } from './status.ts';

const HOUR = 3_600_000;
const CHANGE = { approvals: 1, gate: { ...GATE, minPerStratum: 300 } };

/** A bank whose evidence is of two strata, an hour after the entry. */
async function bank(strata: Parameters<typeof evidenceOf>[0]) {
  const b = await bankInMemory('ramp-10', CHANGE);
  const from = b.entry.since;
  const to = () => new Date(b.tools.now().getTime() + HOUR / 2).toISOString();
  const evidence = async (): Promise<Evidence> => evidenceOf(strata, { stage: 'ramp-10', from, to: to() });
  b.pass(HOUR / 2);
  return { ...b, tools: { ...b.tools, evidence, admin: adminInMemory().admin } };
}

const TWO: Parameters<typeof evidenceOf>[0] = [
  [{ tier: 'T1' }, { match: 150 }],
  [{ tier: 'T2' }, { match: 350 }],
];

test('the stage is a picture: where the ramp is, who is on the new core, how long it lasts', async () => {
  const { tools } = await bank(TWO);
  const { text, exit } = await status(tools);
  expect(exit).toBe(0);
  expect(text.split('\n').slice(0, 5)).toEqual([
    'p, plan p',
    'off ─ shadow ─ ramp-1 ─ [ramp-10] ─ full',
    'new core    ██·················· 10 %',
    'shadow      ████████████████████ 100 % of requests',
    'lasts       30 min of 1 h, and 1 midnights in Korea',
  ]);
});

test('each stratum has a bar against its need and the time that is left, the emptiest first', async () => {
  const { tools } = await bank(TWO);
  const lines = (await status(tools)).text.split('\n');
  const of = (name: string) => lines.findIndex((line) => line.trimStart().startsWith(name));
  expect(lines[of('all together')]).toContain('████████████████████ 500 of 437, 0 differ');
  expect(lines[of('T1')]).toMatch(/██████████·{10} 150 of 300, 0 differ, rate < 0.029 {2}about 1 h more$/);
  expect(lines[of('T2')]).toMatch(/█{20} 350 of 300, 0 differ, rate < 0.012$/);
  expect(of('T1')).toBeLessThan(of('T2'));
});

test('a stratum without any pair says so instead of a time', async () => {
  const { tools } = await bank([...(TWO as [object, object][]), [{ tier: 'T3' }, {}]] as typeof TWO);
  expect((await status(tools)).text).toMatch(/T3 +·{20} 0 of 300, 0 differ, rate < 1.0 {2}no pair yet/);
});

test('all that blocks is named, with what is left of it', async () => {
  const { tools, store, entry, plan } = await bank(TWO);
  await store.approve(entry, 'an older version', decided('approve', 'H. Lee'));
  const { text, json } = await status(tools);
  expect(text).toContain('approvals   0 of 1\n');
  expect(text).toContain('blocked by  GATE UNKNOWN: 150 comparisons, 300 are needed or a waiver');
  expect(text).toContain('            BAKE 30 min of 1 h left');
  expect(text).toContain('            MIDNIGHT 0 of 1 midnights in Korea have passed');
  expect(text).toContain('            APPROVAL 1 approval missing');
  expect(json).toMatchObject({ blocks: ['GATE', 'BAKE', 'MIDNIGHT', 'APPROVAL'].map((code) => ({ code })) });
  await store.approve(entry, plan.hash, decided('approve', 'H. Lee'));
  expect((await status(tools)).text).toContain('approvals   1 of 1: H. Lee');
});

test('a stage that nothing blocks says where it goes', async () => {
  const { tools, store, entry, plan, pass } = await bank([[{ tier: 'T1' }, { match: 500 }]]);
  await store.approve(entry, plan.hash, decided('approve', 'H. Lee'));
  pass(24 * HOUR);
  expect((await status(tools)).text).toContain('next        full: nothing blocks it');
});

test('Unleash and evidence that are away are said, and hide nothing else', async () => {
  const b = await bankInMemory('shadow', CHANGE);
  await b.set('shadow', true);
  b.unleash(false);
  b.evidence(false);
  const { text, json } = await status({ ...b.tools, admin: adminInMemory().admin });
  expect(text).toContain('p, plan p · HELD');
  expect(text).toContain('Unleash     unreachable: Unleash is away');
  expect(text).toContain('evidence    UNKNOWN');
  expect(json).toMatchObject({ held: true, verdicts: null, judgement: { decision: 'UNKNOWN' } });
});
