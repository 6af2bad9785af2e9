import type { DataSource, EntityManager } from 'typeorm';
import { inTransaction } from '../../ledger/transaction.ts';
import { LEGACY_READABLE, ONE_SNAPSHOT, STANDINGS } from '../reconciliation/reconciliation-statements.sql.ts';
import { dueDateOf, type MonthOfBooks, type RemittanceLine } from './remittance.ts';

const LINES = `
select 'new' as core, l.tax_type as "taxType", p.tax_class as "taxClass", p.kind, count(*)::int as lines,
       sum(l.base)::text as base, sum(l.amount)::text as amount
  from tax.line l join tax.posting p using (posting_id)
 where l.business_date between $1 and $2 group by 2, 3, 4 order by 2, 3, 4`;

const TOTALS = `
select 'new' as core, tax_type as "taxType", amount::text from tax.remittance_total where month = $1`;

const LEGACY_TYPE = `case tax_ty when '01' then 'INCOME_TAX' when '02' then 'LOCAL_TAX' else 'FARM_TAX' end`;

const LEGACY_LINES = `
select 'legacy' as core, ${LEGACY_TYPE} as "taxType", tax_cd as "taxClass", 'INTEREST_PAID' as kind, count(*)::int as lines,
       sum(bas_amt)::text as base, sum(tax_amt)::text as amount
  from legacy.tax_line where rmt_ym = $1 and tax_amt <> 0 group by 2, 3 order by 2, 3`;

const LEGACY_TOTALS = `
select 'legacy' as core, ${LEGACY_TYPE} as "taxType", amt::text as amount from legacy.tax_tot where rmt_ym = $1`;

const LATE = `
select count(*)::int as late from tax.posting p
 where business_date between $1 and $2 and (posted_at at time zone 'Asia/Seoul')::date > $3::date`;

const MONTH = `
select core.business_date()::text as today, ($1 || '-01') as first,
       (($1 || '-01')::date + interval '1 month' - interval '1 day')::date::text as last`;

const SETTLED = new Set(['BOOKED', 'TAKEN_OVER']);

/** A month, `YYYY-MM`, of both cores' tax books, in one snapshot. */
export function readMonth(source: DataSource, month: string): Promise<MonthOfBooks> {
  return inTransaction(source, (manager) => read(manager, month));
}

async function read(manager: EntityManager, month: string): Promise<MonthOfBooks> {
  await manager.query(ONE_SNAPSHOT);
  const [dates] = await manager.query<{ today: string; first: string; last: string }[]>(MONTH, [month]);
  if (dates === undefined) throw new Error(`the ledger returned no dates for ${month}`);
  const days = [dates.first, dates.last];
  const standings = await manager.query<{ standing: string; count: number }[]>(STANDINGS, days);
  const [row] = await manager.query<{ late: number }[]>(LATE, [...days, dueDateOf(month)]);
  const [legacy] = await manager.query<{ readable: boolean }[]>(LEGACY_READABLE);
  const legacyMonth = [month.replace('-', '')];
  const ofLegacy = async <T>(sql: string): Promise<T[]> =>
    legacy?.readable ? await manager.query<T[]>(sql, legacyMonth) : [];
  return {
    today: dates.today,
    lines: [
      ...(await manager.query<RemittanceLine[]>(LINES, days)),
      ...(await ofLegacy<RemittanceLine>(LEGACY_LINES)),
    ],
    totals: [
      ...(await manager.query<MonthOfBooks['totals']>(TOTALS, [dates.first])),
      ...(await ofLegacy<MonthOfBooks['totals'][number]>(LEGACY_TOTALS)),
    ],
    unbooked: standings
      .filter(({ standing }) => !SETTLED.has(standing))
      .reduce((sum, { count }) => sum + count, 0),
    late: row?.late ?? 0,
  };
}
