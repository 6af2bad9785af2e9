import { createHash } from 'node:crypto';
import type { ChainLink, DecisionRecord } from './store.ts';

export type ChainFinding =
  | { kind: 'whole'; records: number; head: ChainLink | null }
  | { kind: 'broken'; atSeq: number; why: string };

/**
 * Checks a chain from its first record: the numbers have no gap, and each hash is that of the record and the hash before
 * it. A chain that was cut at its end or rewritten completely is still valid in itself. Only a link that was kept outside
 * of the database (`expected`, e.g. from a Slack message) detects that.
 */
export async function verifyChain(
  records: AsyncIterable<DecisionRecord> | Iterable<DecisionRecord>,
  expected: ChainLink | null,
): Promise<ChainFinding> {
  let last: ChainLink | null = null;
  for await (const record of records) {
    const { seq, previousHash, hash } = record;
    const due: number = (last?.seq ?? 0) + 1;
    if (seq !== due)
      return { kind: 'broken', atSeq: due, why: `record ${due} is missing; the next record is ${seq}` };
    if (previousHash !== (last?.hash ?? '')) {
      return { kind: 'broken', atSeq: seq, why: 'its previous hash is not the hash of the record before it' };
    }
    if (hash !== hashOf(record))
      return { kind: 'broken', atSeq: seq, why: 'its content does not have the stored hash' };
    if (expected?.seq === seq && !hash.startsWith(expected.hash)) {
      return {
        kind: 'broken',
        atSeq: seq,
        why: `its hash is ${hash}, but the expected hash is ${expected.hash}`,
      };
    }
    last = { seq, hash };
  }
  if (expected !== null && expected.seq > (last?.seq ?? 0)) {
    return {
      kind: 'broken',
      atSeq: (last?.seq ?? 0) + 1,
      why: `record ${expected.seq} is expected, but it does not exist`,
    };
  }
  return { kind: 'whole', records: last?.seq ?? 0, head: last };
}

function hashOf({ previousHash, seq, at, dbUser, body }: DecisionRecord): string {
  return createHash('sha256').update([previousHash, seq, at, dbUser, body].join('\n')).digest('hex');
}
