import { MonthNotProved } from '../../ledger/faults.ts';

/** A group of tax lines of a month: one core, tax, class and kind of document. Amounts in won, with their sign. */
export type RemittanceLine = {
  core: 'new' | 'legacy';
  taxType: 'INCOME_TAX' | 'LOCAL_TAX' | 'FARM_TAX';
  /** As that core names it. */
  taxClass: string;
  kind: 'INTEREST_PAID' | 'REVERSAL' | 'CORRECTION';
  lines: number;
  base: string;
  amount: string;
};

/** The running total of a core for a month. */
type RemittanceTotal = Pick<RemittanceLine, 'core' | 'taxType' | 'amount'>;

/** The tax books of one month at one instant. */
export type MonthOfBooks = {
  /** The bank's date. */
  today: string;
  lines: RemittanceLine[];
  totals: RemittanceTotal[];
  /** Receipts, corrections and reversals of the month that are not booked yet. */
  unbooked: number;
  /** Lines that were booked after the due day. They need a corrected return (수정신고). */
  late: number;
};

export type Remittance = {
  month: string;
  /** The 10th of the next month (소득세법 128조): what was withheld in the month is paid by then. */
  dueDate: string;
  /** Whether the month was over when this was written. */
  final: boolean;
  writtenOn: string;
  lines: RemittanceLine[];
  /** To be remitted, by tax, both cores. */
  toRemit: { taxType: RemittanceLine['taxType']; amount: string }[];
  /** None when final. */
  unbooked: number;
  late: number;
};

const DUE_DAY = 10;
const TAX_TYPES: RemittanceLine['taxType'][] = ['INCOME_TAX', 'LOCAL_TAX', 'FARM_TAX'];

/**
 * The remittance of a month, `YYYY-MM`, from its lines. Corrections and reversals count in the month in which they are made,
 * also if they change an earlier month (국세기본법 51조 5항). Throws {@link MonthNotProved} if a total of a core is not the sum
 * of its lines, or if the month is over and not everything is booked.
 */
export function remittanceOf(month: string, books: MonthOfBooks): Remittance {
  const { today, lines, totals, unbooked, late } = books;
  const final = today.slice(0, 7) > month;
  if (final && unbooked > 0) {
    throw new MonthNotProved(`${unbooked} receipts of ${month} are not booked`);
  }
  for (const core of ['new', 'legacy'] as const) {
    for (const taxType of TAX_TYPES) {
      const ofLines = sum(lines.filter((line) => line.core === core && line.taxType === taxType));
      const ofTotals = sum(totals.filter((total) => total.core === core && total.taxType === taxType));
      if (ofLines !== ofTotals) {
        throw new MonthNotProved(
          `${core} core, ${taxType}: the lines of ${month} sum to ${ofLines}, its total is ${ofTotals}`,
        );
      }
    }
  }
  return {
    month,
    dueDate: dueDateOf(month),
    final,
    writtenOn: today,
    lines,
    toRemit: TAX_TYPES.map((taxType) => ({
      taxType,
      amount: String(sum(lines.filter((line) => line.taxType === taxType))),
    })),
    unbooked,
    late,
  };
}

export function dueDateOf(month: string): string {
  const [year = 0, ordinal = 0] = month.split('-').map(Number);
  const next = ordinal === 12 ? `${year + 1}-01` : `${year}-${String(ordinal + 1).padStart(2, '0')}`;
  return `${next}-${DUE_DAY}`;
}

function sum(of: readonly { amount: string }[]): bigint {
  return of.reduce((total, { amount }) => total + BigInt(amount), 0n);
}

const COLUMNS = ['core', 'taxType', 'taxClass', 'kind', 'lines', 'base', 'amount'] as const;

/** The lines, and the sum of each tax, as CSV (RFC 4180). */
export function remittanceCsv({ lines, toRemit }: Remittance): string {
  const rows = [
    [...COLUMNS],
    ...lines.map((line) => COLUMNS.map((column) => String(line[column]))),
    ...toRemit.map(({ taxType, amount }) => ['all', taxType, 'all', 'TO_REMIT', '', '', amount]),
  ];
  return rows.map((row) => `${row.map(csvCell).join(',')}\r\n`).join('');
}

function csvCell(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
