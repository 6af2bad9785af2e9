import pg from 'pg';
import type { AnswerRow, ClockRow, QuoteRow, StatementRow } from './rows.ts';

/** Connections of a small old machine. Further requests wait for a connection. */
const MAX_CONNECTIONS = 8;
/** Longest wait for a free connection. After this time the request is refused without execution. */
const CONNECT_TIMEOUT_MS = 2_000;
/** A quote takes a few ms. This limit ends a runaway statement on the server. */
const STATEMENT_TIMEOUT_MS = 5_000;
/** If the link is dead, the server's own limit never arrives. This limit is longer, so that the server's answer comes first. */
const READ_TIMEOUT_MS = 7_000;

/** No connection was free, so the call was not executed. */
export class NoConnection extends Error {}

export type BasisArguments = { bsDt: string | null; bsSeq: string };
type StatementArguments = { frDt: string; toDt: string; nxtSeq: string };
type PayArguments = {
  guid: string;
  acno: string;
  csno: string;
  chkey: string;
  memo: string | null;
  /** Milliseconds that the caller still waits, read after a connection is free. The call is not executed if they are not positive. */
  remainingMs: () => number;
};

/** The stored functions of the legacy core. Each call is one transaction. */
export type StoredFunctions = {
  clock(): Promise<ClockRow>;
  quote(acno: string, csno: string, basis: BasisArguments): Promise<QuoteRow>;
  statement(acno: string, csno: string, period: StatementArguments): Promise<StatementRow>;
  rehearse(acno: string, csno: string, basis: BasisArguments, memo: string | null): Promise<AnswerRow>;
  pay(args: PayArguments): Promise<AnswerRow>;
  inquire(orgGuid: string, acno: string, csno: string): Promise<AnswerRow>;
  close(): Promise<void>;
};

export function openStoredFunctions(
  databaseUrl: string,
  onIdleFault: (fault: Error) => void,
): StoredFunctions {
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    application_name: 'legacy-core',
    max: MAX_CONNECTIONS,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    query_timeout: READ_TIMEOUT_MS,
    keepAlive: true,
    // No JIT, because it takes longer than a query of a few ms. No sequential scans, because a procedure keeps the plans
    // that it made while its tables were empty for as long as the connection lives.
    options: '-c jit=off -c enable_seqscan=off',
  });
  pool.on('error', onIdleFault);
  return {
    clock: () =>
      call(
        pool,
        'clock',
        'legacy.f_ymd(core.business_date()) as biz_dt, legacy.f_hms(core.bank_now()) as sys_tm',
        () => [],
      ),
    quote: (acno, csno, { bsDt, bsSeq }) =>
      call(pool, 'dpi1100', '* from legacy.dpi1100($1, $2, $3, $4)', () => [acno, csno, bsDt, bsSeq]),
    statement: (acno, csno, { frDt, toDt, nxtSeq }) =>
      call(pool, 'dpi1200', '* from legacy.dpi1200($1, $2, $3, $4, $5)', () => [
        acno,
        csno,
        frDt,
        toDt,
        nxtSeq,
      ]),
    rehearse: (acno, csno, { bsDt, bsSeq }, memo) =>
      call(pool, 'dpi2900', '* from legacy.dpi2900($1, $2, $3, $4, $5)', () => [
        acno,
        csno,
        bsDt,
        bsSeq,
        memo,
      ]),
    pay: ({ guid, acno, csno, chkey, memo, remainingMs }) =>
      call(pool, 'dpi2100', '* from legacy.dpi2100($1, $2, $3, $4, $5, $6)', () => {
        const tmo = Math.floor(remainingMs());
        if (tmo <= 0) throw new NoConnection('the caller’s time was over before a connection was free');
        return [guid, acno, csno, chkey, memo, tmo];
      }),
    inquire: (orgGuid, acno, csno) =>
      call(pool, 'dpi9100', '* from legacy.dpi9100($1, $2, $3)', () => [orgGuid, acno, csno]),
    close: () => pool.end(),
  };
}

async function call<Row extends pg.QueryResultRow>(
  pool: pg.Pool,
  name: string,
  select: string,
  values: () => unknown[],
): Promise<Row> {
  const client = await pool.connect().catch((cause: unknown) => {
    throw new NoConnection('no database connection', { cause });
  });
  let broken = true; // the pool gets a connection back only after a complete answer or an error that the server reported
  try {
    const { rows } = await client.query<Row>({ name, text: `select ${select}`, values: values() });
    broken = false;
    return rows[0] as Row;
  } catch (fault) {
    broken = !(fault instanceof pg.DatabaseError || fault instanceof NoConnection);
    throw fault;
  } finally {
    client.release(broken);
  }
}
