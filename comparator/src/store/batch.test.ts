import { expect, test } from 'vitest';
import { observation } from '../../testing/observation.ts';
import { Batch } from './batch.ts';

const all = () => true;

test('observations with equal keys are counted together, in any order of the dimensions', () => {
  const batch = new Batch();
  batch.add(observation({ stratum: { a: '1', b: '2' } }), all);
  batch.add(observation({ stratum: { b: '2', a: '1' } }), all);
  batch.add(observation({ stratum: { a: '1', b: '2' }, verdict: 'dropped' }), all);
  expect([...batch.verdicts.values()].map(({ n }) => n)).toEqual([2, 1]);
  expect([...batch.latencies.values()].map(({ key, n }) => [key.core, key.role, key.ms, n])).toEqual([
    ['legacy', 'primary', 13, 3],
    ['new', 'shadow', 4.6, 3],
  ]);
});

test('different stages and stays are counted apart, different minutes are not', () => {
  const batch = new Batch();
  batch.add(observation(), all);
  batch.add(observation({ at: new Date('2026-01-02T03:05:00Z') }), all);
  batch.add(observation({ decision: { stage: 'full' } }), all);
  batch.add(observation({ decision: { since: '2026-01-03T00:00:00.000Z' } }), all);
  expect([...batch.verdicts.values()].map(({ n }) => n)).toEqual([2, 1, 1]);
});

test('keeps the first case of a signature even above the limit, and counts the others', () => {
  const batch = new Batch();
  for (let i = 0; i < 5; i += 1) batch.add(observation({ verdict: 'mismatch' }), () => false);
  expect(batch.cases).toHaveLength(1);
  expect([...batch.signatures.values()].map(({ n }) => n)).toEqual([5]);
});

test('random fields do not fill the memory: cases and signatures are bounded, and all verdicts are counted', () => {
  const batch = new Batch();
  for (let i = 0; i < 2_000; i += 1) batch.add(observation({ verdict: 'mismatch', paths: [`/x${i}`] }), all);
  expect(batch.signatures.size).toBe(200);
  expect(batch.cases.length).toBeLessThanOrEqual(700);
  expect([...batch.verdicts.values()][0]?.n).toBe(2_000);
});

test('answers of a megabyte do not fill the memory: further cases are kept without documents, or only counted', () => {
  const batch = new Batch();
  const large = (path: string) => {
    const one = observation({ verdict: 'mismatch', paths: [path] });
    const { record } = one;
    if (record === null || record.shadow === null) throw new Error('no record');
    const body = JSON.stringify('x'.repeat(1024 * 1024));
    return {
      ...one,
      record: {
        ...record,
        differences: record.differences.map((d) => ({ ...d, right: body })),
        primary: { ...record.primary, body },
        shadow: { ...record.shadow, body },
      },
    };
  };
  for (let i = 0; i < 60; i += 1) {
    batch.add(large(`/x${i}`), all);
    batch.add(large('/x0'), all);
  }
  const lengths = batch.cases.map(({ record: { primary, shadow, differences } }) =>
    [primary.body, shadow?.body, ...differences.map((d) => d.right)].reduce(
      (sum, text) => sum + (text?.length ?? 0),
      0,
    ),
  );
  expect(lengths.reduce((a, b) => a + b, 0)).toBeLessThan(33 * 1024 * 1024);
  expect(batch.signatures.size).toBe(60);
  const last = batch.signatures.get([...batch.signatures.keys()].at(-1) ?? '')?.first;
  expect(batch.cases).toContain(last);
  expect(last?.record.shadow).toMatchObject({ body: null, status: 200 });
  expect(last?.record.differences[0]).toMatchObject({ path: '/x59', left: '"99"', right: null });
  expect(batch.overflow.cases).toBeGreaterThan(40);
  expect([...batch.verdicts.values()][0]?.n).toBe(120);
});

test('counts above the limit are lost, and the loss is counted', () => {
  const batch = new Batch();
  for (let i = 0; i < 50_010; i += 1)
    batch.add({ ...observation({ stratum: { i: String(i) } }), timings: [] }, all);
  expect(batch.verdicts.size).toBe(50_000);
  expect(batch.lost).toBe(10);
});
