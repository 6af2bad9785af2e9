import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bodyOf, type Legacy, newKey, since, startLegacy } from '../testing/legacy.ts';
import { rollOver } from './rollover.sql.ts';

let legacy: Legacy;
beforeAll(async () => {
  legacy = await startLegacy();
});
afterAll(() => legacy.stop());

/** Counts the write statements of a payout with a statement trigger on each table. */
async function countWrites(): Promise<void> {
  await legacy.sql(`create table public.writes (at_table text, op text, row_count integer)`);
  await legacy.sql(`grant insert on public.writes to legacy_core`);
  await legacy.sql(`create function public.note_write() returns trigger language plpgsql security definer as $$
    begin
      insert into public.writes select tg_table_name, tg_op, count(*) from touched;
      return null;
    end $$`);
  const tables = await legacy.sql<{ name: string }>(
    `select relname as name from pg_class where relnamespace = 'legacy'::regnamespace and relkind = 'r'`,
  );
  for (const { name } of tables) {
    await legacy.sql(`create trigger note_insert after insert on legacy.${name} referencing new table as touched
      for each statement execute function public.note_write()`);
    await legacy.sql(`create trigger note_update after update on legacy.${name} referencing new table as touched
      for each statement execute function public.note_write()`);
  }
}

describe('a payout in the legacy core’s own books', () => {
  it.each([
    ['of a resident, with two taxes', {}],
    ['without any tax', { taxClass: 'exempt' }],
    ['with farm tax', { taxClass: 'preferential' }],
  ])('%s is eighty statements of one row each, in twenty tables', async (_what, standing) => {
    await countWrites();
    const customer = await legacy.open({ ...since(1, 50_000_000n), standing });
    bodyOf(await legacy.core.pay(customer, newKey(), {}));
    const [written] = await legacy.sql(
      // an upsert fires both triggers, one of them without a row
      `select count(*) filter (where row_count > 0)::int as statements, sum(row_count)::int as rows,
              max(row_count) as most, count(distinct at_table)::int as tables from public.writes`,
    );
    expect(written).toEqual({ statements: 80, rows: 80, most: 1, tables: 20 });
    await legacy.sql('drop table public.writes; drop function public.note_write() cascade');
  });
});

describe('the day rollover', () => {
  it('closes a day whose books agree, once; a payout on a closed day is refused', async () => {
    const customer = await legacy.open(since(1, 50_000_000n));
    const { payout } = bodyOf(await legacy.core.pay(customer, newKey(), {}));
    expect(await rollOver(legacy.ownerUrl)).toEqual([]); // today is not over
    await legacy.moveDays(1);
    const [closed, ...others] = await rollOver(legacy.ownerUrl);
    expect(others).toEqual([]);
    expect(closed?.bizDt).toBe(payout.businessDate.replaceAll('-', ''));
    expect(await rollOver(legacy.ownerUrl)).toEqual([]);

    await legacy.moveDays(-1);
    const other = await legacy.open(since(1, 50_000_000n));
    await expect(legacy.core.pay(other, newKey(), {})).rejects.toThrow('RSP_CD E904');
    expect(await legacy.countOf('core.interest_payout', 'account_no', other)).toBe(0);
    await legacy.moveDays(1);
  });

  it('leaves a day open whose totals differ from the sum of its payouts, and all later days', async () => {
    const customer = await legacy.open(since(1, 50_000_000n));
    bodyOf(await legacy.core.pay(customer, newKey(), {}));
    await legacy.sql(
      'update legacy.dly_tot set cnt = cnt + 1 where biz_dt = legacy.f_ymd(core.business_date())',
    );
    await legacy.moveDays(1);
    await expect(rollOver(legacy.ownerUrl)).rejects.toThrow('do not agree');
  });

  it('waits for a running payout', async () => {
    await legacy.sql(
      'update legacy.dly_tot d set cnt = (select count(*) from legacy.payo_hst p where p.biz_dt = d.biz_dt)',
    );
    const paying = new pg.Client({ connectionString: legacy.ownerUrl });
    await paying.connect();
    await paying.query('begin');
    await paying.query('select pg_advisory_xact_lock_shared(legacy.f_day_lock())'); // as a payout does
    const closing = rollOver(legacy.ownerUrl);
    await legacy.waitForLock();
    await paying.query('rollback');
    await paying.end();
    expect((await closing).length).toBeGreaterThan(0);
  });
});
