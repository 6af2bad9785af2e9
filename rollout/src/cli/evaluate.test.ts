import { execFile } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { evidenceOf } from '../../testing/evidence.ts';

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
// Each test starts up to two processes, and on a busy machine each start takes a second.
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
])('exit code %i: prints %s as one line of JSON, without any environment', async (exit, decision, counts) => {
  const ran = await evaluate(PLAN, evidenceOf(counts));
  expect(ran).toMatchObject({ exit, stderr: '' });
  expect(JSON.parse(ran.stdout)).toMatchObject({
    decision,
    bounds: [{ stratum: null, k: exit === 1 ? 1 : 0 }],
  });
});

test.each([
  ['a plan that is not JSON', '{', evidenceOf({}), 'the plan'],
  ['a plan without a gate', {}, evidenceOf({}), 'gate missing'],
  ['a confidence of one', { gate: { ...PLAN.gate, confidence: 1 } }, evidenceOf({}), '/gate/confidence'],
  [
    'a field misspelt',
    { gate: { ...PLAN.gate, maxLosRate: 1 } },
    evidenceOf({}),
    '/gate/maxLosRate: no such field',
  ],
  [
    'a waiver that no person signs',
    { gate: { ...PLAN.gate, waivers: [{ stratum: {}, until: '2026-01-01' }] } },
    evidenceOf({}),
    '/gate/waivers/0',
  ],
  [
    'a waiver for every stratum',
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
])('exit code 3: %s, with the name of the field', async (_what, plan, evidence, message) => {
  const ran = await evaluate(plan, evidence);
  expect(ran).toMatchObject({ exit: 3, stdout: '' });
  expect(ran.stderr).toContain(message);
});

test('the gate terms of the stage have priority over those of the plan', async () => {
  const plan = { ...PLAN, stages: [{ stage: 'shadow', gate: { mismatchBound: 0.04 } }] };
  expect(await evaluate(plan, evidenceOf({ match: 400 }))).toMatchObject({ exit: 0, stderr: '' });
});

test('exit code 3: a file that does not exist, an argument that is missing', async () => {
  expect(await rollout('evaluate', '--plan', '/no/plan', '--evidence', '/no/evidence')).toMatchObject({
    exit: 3,
  });
  expect(await rollout('evaluate', '--plan', file(PLAN))).toMatchObject({ exit: 3 });
});
