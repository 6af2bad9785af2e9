import { createHash } from 'node:crypto';
import type { ChainLink, DecisionRecord } from './store.ts';

export type ChainFinding =
  | { kind: 'whole'; records: number; head: ChainLink | null }
  | { kind: 'broken'; atSeq: number; why: string };

/**
 * Checks a chain from its first record: numbers without a gap, each hash that of its record and the hash before. A chain
 * that was cut at its end, or rewritten as a whole, is still a chain: only a link that was kept elsewhere (`expected`,
 * as Slack was told it) finds that out.
 */
export async function verifyChain(
  records: AsyncIterable<DecisionRecord> | Iterable<DecisionRecord>,
  expected: ChainLink | null,
): Promise<ChainFinding> {
  let last: ChainLink | null = null;
  for await (const record of records) {
    const { seq, previousHash, hash } = record;
    const due: number = (last?.seq ?? 0) + 1;
    if (seq !== due) return { kind: 'broken', atSeq: due, why: `record ${due} is missing, ${seq} follows` };
    if (previousHash !== (last?.hash ?? '')) {
      return { kind: 'broken', atSeq: seq, why: 'it does not follow on the record before' };
    }
    if (hash !== hashOf(record))
      return { kind: 'broken', atSeq: seq, why: 'its text is not what was hashed' };
    if (expected?.seq === seq && !hash.startsWith(expected.hash)) {
      return { kind: 'broken', atSeq: seq, why: `its hash is ${hash}, but ${expected.hash} was told` };
    }
    last = { seq, hash };
  }
  if (expected !== null && expected.seq > (last?.seq ?? 0)) {
    return {
      kind: 'broken',
      atSeq: (last?.seq ?? 0) + 1,
      why: `record ${expected.seq} was told and is not there`,
    };
  }
  return { kind: 'whole', records: last?.seq ?? 0, head: last };
}

function hashOf({ previousHash, seq, at, dbUser, body }: DecisionRecord): string {
  return createHash('sha256').update([previousHash, seq, at, dbUser, body].join('\n')).digest('hex');
}
