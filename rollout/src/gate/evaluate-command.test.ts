import { execFile } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { evidenceOf } from './testing.ts';

const PLAN = {
  gate: {
    confidence: 0.95,
    gates: 4,
    mismatchBound: 1e-4,
    minPerStratum: 300,
    waivers: [],
    maxLossRate: 0.001,
    moneyMoves: true,
  },
};
// Each test starts a process or two; on a machine that does other things that takes a second each.
vi.setConfig({ testTimeout: 30_000 });

const directory = mkdtempSync(join(tmpdir(), 'rollout-evaluate-'));
let files = 0;
const file = (content: unknown) => {
  files += 1;
  const path = join(directory, `${files}.json`);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
};

type Ran = { exit: number; stdout: string; stderr: string };
const rollout = (...args: string[]): Promise<Ran> =>
  new Promise((resolve) => {
    const program = [join(import.meta.dirname, '../main.ts'), ...args];
    execFile(process.execPath, program, { env: {} }, (error, stdout, stderr) =>
      resolve({ exit: error === null ? 0 : Number(error.code), stdout, stderr }),
    );
  });
const evaluate = (plan: unknown, evidence: unknown) =>
  rollout('evaluate', '--plan', file(plan), '--evidence', file(evidence), '--json');

test.each([
  [0, 'PASS', { match: 43_819 }],
  [1, 'FAIL', { match: 43_819, mismatch: 1 }],
  [2, 'UNKNOWN', { match: 43_818 }],
])('exit %i: %s as one line of JSON, without any environment', async (exit, decision, counts) => {
  const ran = await evaluate(PLAN, evidenceOf(counts));
  expect(ran).toMatchObject({ exit, stderr: '' });
  expect(JSON.parse(ran.stdout)).toMatchObject({
    decision,
    bounds: [{ stratum: null, k: exit === 1 ? 1 : 0 }],
  });
});

test.each([
  ['no JSON', '{', evidenceOf({}), 'the plan'],
  ['a plan without a gate', {}, evidenceOf({}), 'gate missing'],
  ['a confidence of one', { gate: { ...PLAN.gate, confidence: 1 } }, evidenceOf({}), '/gate/confidence'],
  [
    'a field misspelt',
    { gate: { ...PLAN.gate, maxLosRate: 1 } },
    evidenceOf({}),
    '/gate/maxLosRate: no such field',
  ],
  [
    'a waiver nobody signs',
    { gate: { ...PLAN.gate, waivers: [{ stratum: {}, until: '2026-01-01' }] } },
    evidenceOf({}),
    '/gate/waivers/0',
  ],
  [
    'a waiver for everything there is',
    {
      gate: {
        ...PLAN.gate,
        waivers: [{ stratum: {}, by: 'H. Lee', until: '2027-01-01', because: 'no reason' }],
      },
    },
    evidenceOf({}),
    '/gate/waivers/0/stratum',
  ],
  ['evidence without strata', PLAN, { stage: 'shadow' }, 'strata'],
])('exit 3: %s, named field by field', async (_what, plan, evidence, message) => {
  const ran = await evaluate(plan, evidence);
  expect(ran).toMatchObject({ exit: 3, stdout: '' });
  expect(ran.stderr).toContain(message);
});

test('a plan that comes along is known by its name', async () => {
  const ran = await rollout('evaluate', '--plan', 'demo', '--evidence', file(evidenceOf({ match: 113 })));
  expect(ran).toMatchObject({ exit: 0, stderr: '' });
});

test('exit 3: a file that is not there, an argument that is missing', async () => {
  expect(await rollout('evaluate', '--plan', '/no/plan', '--evidence', '/no/evidence')).toMatchObject({
    exit: 3,
  });
  expect(await rollout('evaluate', '--plan', file(PLAN))).toMatchObject({ exit: 3 });
});
