import { Fault } from '@core-exit/process/faults';
import pg from 'pg';
import { ADAPTER_FAULTS } from '../../faults.ts';
import { DEFECTS, type Defect, type DefectName, isDefect } from './catalogue.sql.ts';

/** A function no longer has the text that a defect replaces, because the catalogue is older than the function. */
export class DefectHasNoPlace extends Fault {
  constructor(name: string, find: string, times: number) {
    super(
      ADAPTER_FAULTS.DEFECT_HAS_NO_PLACE,
      `${name}: the function contains ${JSON.stringify(find)} ${times} times instead of once`,
    );
  }
}

/** Number of the advisory lock, so that two switches at the same time wait for each other. */
const LOCK_ID = 2_100_1499;

/**
 * Sets the defects of a running legacy core, for every session at once; an empty list removes all defects. Needs the schema's
 * owner. The functions are replaced in one transaction, so that no request sees half a change.
 */
export async function setDefects(databaseUrl: string, names: readonly DefectName[]): Promise<void> {
  await asOwner(databaseUrl, async (client) => {
    await client.query('begin');
    await client.query('select pg_advisory_xact_lock($1)', [LOCK_ID]);
    const functions = new Set<string>(names.map((name) => DEFECTS[name].in));
    for (const { fn_nm } of (await client.query<{ fn_nm: string }>('select fn_nm from legacy.fn_src')).rows) {
      functions.add(fn_nm);
    }
    for (const fn of functions) {
      const right = await rightSource(client, fn);
      const defective = names.filter((name) => DEFECTS[name].in === fn).reduce(withDefect, right);
      await client.query(defective);
    }
    await client.query('delete from legacy.dfct where dfct_nm <> all ($1)', [names]);
    await client.query('insert into legacy.dfct (dfct_nm) select unnest($1::text[]) on conflict do nothing', [
      names,
    ]);
    await client.query('commit');
  });
}

/** The defects that are switched on. */
export function defectsOn(databaseUrl: string): Promise<DefectName[]> {
  return asOwner(databaseUrl, async (client) => {
    const { rows } = await client.query<{ dfct_nm: string }>(
      'select dfct_nm from legacy.dfct order by on_ts',
    );
    return rows.map(({ dfct_nm }) => dfct_nm).filter(isDefect);
  });
}

/** The source of the function before its first defect. */
async function rightSource(client: pg.Client, fn: string): Promise<string> {
  await client.query(
    `insert into legacy.fn_src (fn_nm, src)
     select proname, pg_get_functiondef(oid) from pg_proc where pronamespace = 'legacy'::regnamespace and proname = $1
     on conflict do nothing`,
    [fn],
  );
  const { rows } = await client.query<{ src: string }>('select src from legacy.fn_src where fn_nm = $1', [
    fn,
  ]);
  return rows[0]?.src ?? '';
}

function withDefect(source: string, name: DefectName): string {
  const { edits }: Defect = DEFECTS[name];
  return edits.reduce((text, [find, put]) => {
    const times = text.split(find).length - 1;
    if (times !== 1) throw new DefectHasNoPlace(name, find, times);
    return text.replace(find, () => put);
  }, source);
}

async function asOwner<T>(databaseUrl: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: databaseUrl, application_name: 'legacy-core defect' });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
