import type { Seal } from '../seals/seal.ts';
import { FINDINGS, type Finding, type FindingKind } from './findings.ts';
import { findingsOf, type Tally } from './tally.ts';

/** This many findings of a kind are printed; the JSON has more. */
const SHOWN_OF_A_KIND = 10;

export type AuditReport = Tally & {
  clean: boolean;
  businessDate: string;
  through: string | null;
  lastSeal: { businessDate: string; digest: string } | null;
  /** Business dates that are over and not sealed. */
  unsealedDays: number | null;
  seconds: number;
};

export function auditReport(
  tally: Tally,
  facts: { businessDate: string; through: string | null; seals: readonly Seal[]; seconds: number },
): AuditReport {
  const { businessDate, through, seals, seconds } = facts;
  const last = seals.at(-1);
  return {
    clean: findingsOf(tally) === 0,
    businessDate,
    through,
    ...tally,
    lastSeal: last === undefined ? null : { businessDate: last.businessDate, digest: last.digest },
    unsealedDays:
      last === undefined ? null : (Date.parse(businessDate) - Date.parse(last.businessDate)) / 86_400_000 - 1,
    seconds,
  };
}

export function auditText(report: AuditReport): string {
  const { receipts, trialBalance, lastSeal } = report;
  const others = Object.entries(receipts.ofOtherRules).map(
    ([version, count]) => `${count} of rules ${version}`,
  );
  const rows = [
    [
      'accounts',
      `${grouped(report.accounts)}, ${grouped(report.entries)} entries, ${grouped(report.balances)} won`,
    ],
    [
      'receipts',
      `${grouped(receipts.total)}, ${grouped(receipts.recomputed)} computed again${others.length > 0 ? `; not computed: ${others.join(', ')}` : ''}`,
    ],
    ...Object.entries(trialBalance)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([gl, sum]) => [gl, grouped(sum)]),
    [
      'seals',
      lastSeal === null
        ? 'none: begin the chain with `interest-service seal`'
        : `${report.sealedDays} checked, the last of ${lastSeal.businessDate}: ${lastSeal.digest}; ${report.unsealedDays} days over and not sealed`,
    ],
  ];
  return [
    `The books ${report.through === null ? `now, ${report.businessDate}` : `at the end of ${report.through}`}`,
    ...rows.map(([name = '', value = '']) => `  ${name.padEnd(22)} ${value}`),
    '',
    ...findingsText(report),
    '',
  ].join('\n');
}

export function findingsText({ counts, findings }: Pick<Tally, 'counts' | 'findings'>): string[] {
  const kinds = Object.entries(counts) as [FindingKind, number][];
  if (kinds.length === 0) return ['No findings.'];
  return kinds.flatMap(([kind, count]) => {
    const listed = findings.filter((finding) => finding.kind === kind).slice(0, SHOWN_OF_A_KIND);
    const more = count > listed.length ? [`    and ${count - listed.length} more`] : [];
    return [`${kind}: ${FINDINGS[kind]} (${count})`, ...listed.map(findingText), ...more];
  });
}

function findingText(finding: Omit<Finding, 'seq'> & { seq: string | null }): string {
  const place = [
    finding.accountNo === null ? '' : `account ${finding.accountNo}`,
    finding.seq === null ? '' : `entry ${finding.seq}`,
    finding.businessDate ?? '',
  ].filter((part) => part !== '');
  return `    ${place.join(', ')}: expected ${finding.expected}, found ${finding.found}`;
}

function grouped(amount: number | string): string {
  return String(amount).replace(/\B(?=(\d{3})+$)/g, ',');
}
