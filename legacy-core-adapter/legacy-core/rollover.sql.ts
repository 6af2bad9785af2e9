import pg from 'pg';

/** A day with closed books. Amounts are decimal text in won. */
export type ClosedDay = { bizDt: string; count: string; gross: string; net: string };

/** Closes every past day whose totals agree. Throws at the first day whose totals differ; that day stays open. */
export async function rollOver(databaseUrl: string): Promise<ClosedDay[]> {
  const client = new pg.Client({ connectionString: databaseUrl, application_name: 'legacy-core rollover' });
  await client.connect();
  try {
    const { rows } = await client.query<ClosedDay>(
      `select biz_dt as "bizDt", cnt::text as count, grs::text as gross, net::text as net from legacy.f_roll_day()`,
    );
    return rows;
  } finally {
    await client.end();
  }
}
