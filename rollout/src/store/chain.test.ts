import { beforeEach, expect, test } from 'vitest';
import { memoryStore } from '../../testing/memory-store.ts';
import { draftOf } from '../../testing/store-contract.ts';
import { verifyChain } from './chain.ts';
import type { DecisionRecord } from './store.ts';

let records: DecisionRecord[];
beforeEach(async () => {
  const store = memoryStore();
  for (let i = 0; i < 4; i += 1) await store.record(draftOf('drift'));
  records = [...store.records()];
});

const link = (seq: number) => ({ seq, hash: records[seq - 1]?.hash ?? '' });

test('a chain is whole, also compared with an expected link', async () => {
  expect(await verifyChain(records, null)).toEqual({ kind: 'whole', records: 4, head: link(4) });
  const { seq, hash } = link(2);
  expect(await verifyChain(records, { seq, hash: hash.slice(0, 12) })).toMatchObject({ kind: 'whole' });
  expect(await verifyChain([], null)).toEqual({ kind: 'whole', records: 0, head: null });
});

test.each([
  [
    'a changed word',
    (r: DecisionRecord[]) => r.map((x) => (x.seq === 2 ? { ...x, body: `${x.body} ` } : x)),
    2,
  ],
  ['another writer', (r: DecisionRecord[]) => r.map((x) => (x.seq === 2 ? { ...x, dbUser: 'root' } : x)), 2],
  ['a record that is missing', (r: DecisionRecord[]) => r.filter((x) => x.seq !== 3), 3],
  ['two records swapped', (r: DecisionRecord[]) => [r[0], r[2], r[1], r[3]] as DecisionRecord[], 2],
  ['a first record that is missing', (r: DecisionRecord[]) => r.slice(1), 1],
])('%s is detected', async (_what, change, atSeq) => {
  expect(await verifyChain(change(records), null)).toMatchObject({ kind: 'broken', atSeq });
});

test('an expected link detects a chain that was cut at its end or rewritten completely', async () => {
  expect(await verifyChain(records.slice(0, 2), link(4))).toMatchObject({ kind: 'broken', atSeq: 3 });
  const other = memoryStore(0);
  for (let i = 0; i < 4; i += 1) await other.record(draftOf('stop'));
  expect(await verifyChain(other.records(), link(2))).toMatchObject({ kind: 'broken', atSeq: 2 });
});
