import { nextDay } from '../../domain/calendar.ts';
import type { Seal } from '../seals/seal.ts';
import type { Finding } from './findings.ts';

/** Digests that were printed or logged when a day was sealed, by date. They come from outside this database. */
export type Anchors = ReadonlyMap<string, string>;

/** Checks the chain: each seal follows the one of the day before, and the anchored seals have their anchored digest. */
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

/** Compares the stored seal of a day with the seal computed again. */
export function checkSeal(stored: Seal, computed: Seal): Finding[] {
  const sealText = ({ accounts, facts, digest }: Seal) => `${facts} facts of ${accounts} accounts, ${digest}`;
  if (sealText(stored) === sealText(computed)) return [];
  const { businessDate } = stored;
  return [
    {
      kind: 'seal-digest',
      accountNo: null,
      seq: null,
      businessDate,
      expected: sealText(stored),
      found: sealText(computed),
    },
  ];
}
