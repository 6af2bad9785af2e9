import { nextDay } from '../../domain/calendar.ts';
import type { Seal } from '../seals/seal.ts';
import type { Finding } from './findings.ts';

/** Digests that were told when a day was sealed, by date: from a log, an earlier report, a notary. */
export type Anchors = ReadonlyMap<string, string>;

/** The chain itself: each seal after the one of the day before, and those that were told elsewhere as they were told. */
export function checkChain(seals: readonly Seal[], anchors: Anchors): Finding[] {
  const findings: Finding[] = [];
  const report = (kind: Finding['kind'], businessDate: string, expected: string, found: string) =>
    findings.push({ kind, accountNo: null, seq: null, businessDate, expected, found });
  for (const [i, { businessDate, previous }] of seals.entries()) {
    const before = seals[i - 1];
    const due = before === undefined ? 'none' : `${before.businessDate} ${before.digest}`;
    const named = previous === null ? 'none' : `${previous.businessDate} ${previous.digest}`;
    if (due !== named) report('seal-chain', businessDate, due, named);
    if (before !== undefined && nextDay(before.businessDate) !== businessDate)
      report('seal-missing', nextDay(before.businessDate), 'a seal', `the next is of ${businessDate}`);
  }
  for (const [day, digest] of anchors) {
    const found = seals.find(({ businessDate }) => businessDate === day)?.digest ?? 'no seal';
    if (found !== digest) report('seal-anchor', day, digest, found);
  }
  return findings;
}

/** One day computed anew against what was kept. */
export function checkSeal(kept: Seal, anew: Seal): Finding[] {
  const told = ({ accounts, facts, digest }: Seal) => `${facts} facts of ${accounts} accounts, ${digest}`;
  if (told(kept) === told(anew)) return [];
  const { businessDate } = kept;
  return [
    {
      kind: 'seal-digest',
      accountNo: null,
      seq: null,
      businessDate,
      expected: told(kept),
      found: told(anew),
    },
  ];
}
