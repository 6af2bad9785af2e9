import { TAX_EVENT_VERSION } from '@core-exit/bank-contract';
import { Fault } from '@core-exit/process/faults';
import type { DataSource, EntityManager } from 'typeorm';
import { LOCKS } from '../../ledger/advisory-locks.ts';
import { INTEREST_FAULTS } from '../../ledger/faults.ts';
import { inTransaction } from '../../ledger/transaction.ts';
import type {
  Comparison,
  Difference,
  Found,
  Reconciler,
  Scope,
  Standing,
  Sum,
  Taxes,
  TaxProof,
} from './reconciliation.ts';
import { reconcile } from './reconciliation.ts';
import * as sql from './reconciliation-statements.sql.ts';

const EXAMPLES = 20;

type TaxRow = { income_tax: string; local_tax: string; farm_tax: string };
type StandingRow = TaxRow & { standing: Standing; count: number; examples: string[] };
type DayRow = {
  day: string;
  tax_type: 'INCOME_TAX' | 'LOCAL_TAX' | 'FARM_TAX';
  lines: number;
  line_amount: string;
  total_lines: number;
  total_amount: string;
};
type LegacyRow = TaxRow & {
  receipts: number;
  booked: number;
  due_income: string;
  due_local: string;
  due_farm: string;
};

/** Both cores' tax books against the ledger, in PostgreSQL. */
function postgresTaxProof(source: DataSource): TaxProof {
  return {
    compare: (scope) => inTransaction(source, (manager) => compare(manager, scope)),
    async writeEvents({ from, to }) {
      const rows = await source.query<unknown[]>(sql.WRITE_EVENTS, [from, to, TAX_EVENT_VERSION]);
      return rows.length;
    },
    async sendAgain({ from, to }) {
      const [rows] = await source.query<[unknown[], number]>(sql.SEND_AGAIN, [from, to]);
      return rows.length;
    },
  };
}

export function postgresReconciler(source: DataSource): Reconciler {
  return {
    async dates() {
      const [row] = await source.query<{ today: string; yesterday: string; last_month: string }[]>(sql.DATES);
      if (row === undefined)
        throw new Fault(INTEREST_FAULTS.LEDGER_INCOMPLETE, 'the ledger returned no business date');
      return { today: row.today, yesterday: row.yesterday, lastMonth: row.last_month };
    },
    async wholeDoneToday() {
      const [row] = await source.query<{ done: boolean }[]>(sql.WHOLE_TODAY);
      return row?.done ?? false;
    },
    run: (scope, options) =>
      inTransaction(source, async (manager) => {
        const [lock] = await manager.query<{ mine: boolean }[]>(sql.ONE_AT_A_TIME, [LOCKS.reconciliation]);
        if (!lock?.mine) return null;
        const started = performance.now();
        const report = await reconcile(postgresTaxProof(source), scope, options);
        await manager.query(sql.KEEP_REPORT, [
          `${scope.whole ? 'whole' : 'days'} ${scope.from}..${scope.to}`,
          Math.round(performance.now() - started),
          JSON.stringify({ ...report, asked: scope.to }),
        ]);
        return report;
      }),
  };
}

/** One snapshot for all sums: what is booked meanwhile is in none of them or in all. */
async function compare(manager: EntityManager, { from, to, whole }: Scope): Promise<Comparison> {
  await manager.query(sql.ONE_SNAPSHOT);
  const rows = await manager.query<StandingRow[]>(sql.STANDINGS, [from, to]);
  const standings: Comparison['standings'] = {};
  for (const row of rows) standings[row.standing] = { ...sumOf(row), examples: row.examples };

  const days = await manager.query<DayRow[]>(sql.DAYS, [from, to]);
  const wrongDays = days.filter(
    (day) => day.lines !== day.total_lines || day.line_amount !== day.total_amount,
  );
  const found: [Difference, string[]][] = [
    ['BOOKED_WITHOUT_RECEIPT', await examples(manager, sql.BOOKED_WITHOUT_RECEIPT, [from, to])],
    ['DAY_TOTAL', wrongDays.map(({ day, tax_type }) => `${day} ${tax_type}`)],
  ];
  if (whole) {
    found.push(
      ['STATEMENT', await examples(manager, sql.WRONG_STATEMENTS)],
      ['RECEIPT_NUMBERS', await examples(manager, sql.WRONG_NUMBERS)],
    );
  }
  const legacy = await compareLegacy(manager, { from, to, whole }, found);
  const differences: Partial<Record<Difference, Found>> = {};
  for (const [what, all] of found) {
    if (all.length > 0) differences[what] = { count: all.length, examples: all.slice(0, EXAMPLES) };
  }
  return {
    standings,
    differences,
    lines: sumOfDays(days, 'lines', 'line_amount'),
    totals: sumOfDays(days, 'total_lines', 'total_amount'),
    legacy,
  };
}

async function compareLegacy(
  manager: EntityManager,
  { from, to, whole }: Scope,
  found: [Difference, string[]][],
): Promise<Comparison['legacy']> {
  const [right] = await manager.query<{ readable: boolean }[]>(sql.LEGACY_READABLE);
  if (!right?.readable) return null;
  const [row] = await manager.query<LegacyRow[]>(sql.LEGACY_SUMS, [from, to]);
  if (row === undefined) throw new Error('a sum without a group returned no row');
  found.push(
    ['LEGACY_NO_LINES', await examples(manager, sql.LEGACY_NO_LINES, [from, to])],
    ['LEGACY_LINES', await examples(manager, sql.LEGACY_LINES, [from, to])],
  );
  if (whole) found.push(['LEGACY_MONTH', await examples(manager, sql.LEGACY_MONTHS)]);
  const due = { income_tax: row.due_income, local_tax: row.due_local, farm_tax: row.due_farm };
  return {
    receipts: sumOf({ ...due, count: row.receipts }),
    lines: sumOf({ ...row, count: row.booked }),
  };
}

async function examples(manager: EntityManager, text: string, values: unknown[] = []): Promise<string[]> {
  const rows = await manager.query<{ example: string }[]>(text, values);
  return rows.map(({ example }) => example);
}

function sumOf({ count, income_tax, local_tax, farm_tax }: TaxRow & { count: number }): Sum {
  return { count, incomeTax: income_tax, localTax: local_tax, farmTax: farm_tax };
}

const TAX_OF_TYPE = {
  INCOME_TAX: 'incomeTax',
  LOCAL_TAX: 'localTax',
  FARM_TAX: 'farmTax',
} satisfies Record<DayRow['tax_type'], keyof Taxes>;

function sumOfDays(
  days: DayRow[],
  count: 'lines' | 'total_lines',
  amount: 'line_amount' | 'total_amount',
): Sum {
  const sum = { count: 0, incomeTax: 0n, localTax: 0n, farmTax: 0n };
  for (const day of days) {
    sum.count += day[count];
    sum[TAX_OF_TYPE[day.tax_type]] += BigInt(day[amount]);
  }
  const { incomeTax, localTax, farmTax } = sum;
  return {
    count: sum.count,
    incomeTax: String(incomeTax),
    localTax: String(localTax),
    farmTax: String(farmTax),
  };
}
