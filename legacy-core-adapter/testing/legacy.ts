import type { Basis, Core, CoreAnswer } from '@core-exit/bank-contract';
import {
  type AccountGiven,
  createTestDatabase,
  openAccount,
  type TestDatabase,
  waitFor,
} from '@core-exit/local-stack/testing';
import pg from 'pg';
import { pino } from 'pino';
import { expect } from 'vitest';
import { legacyCore } from '../src/core.ts';
import type { PayDeadlines } from '../src/payout/payout.ts';
import { WELL } from '../legacy-core/behaviour/behaviour.ts';
import { Conduct } from '../legacy-core/behaviour/behaviour-simulator.ts';
import { type Database, openDatabase } from '../legacy-core/stored-functions.sql.ts';
import { type LegacyCoreServer, startLegacyCore } from '../legacy-core/server/server.ts';
import { type Ask, askOn, pollIn } from '../src/transport/telegram-transport/telegram-transport.ts';
import { Line } from '../src/transport/telegram-transport/session-pool.ts';
import { type OutcomesDatabase, openOutcomes } from '../src/payout/sent-payouts.sql.ts';
import { type Dialect, FIRST_DIALECT } from '../telegram/dialect.ts';
import { type LengthPrefix, TEXT_4 } from '../telegram/prefix.ts';

const log = pino({ level: 'silent' });

type LineSize = { sessions: number; inFlight: number };
export type Customer = { accountNo: string; customerId: string; traceId: string };

/** A legacy core on a database of its own, and the adapter's core that talks to it over telegrams. */
export type Legacy = {
  readonly core: Core;
  readonly outcomes: OutcomesDatabase;
  readonly conduct: Conduct;
  readonly port: number;
  readonly ownerUrl: string;
  /** The database's address for a role. */
  urlAs: TestDatabase['url'];
  /** Runs SQL as the database's owner. */
  sql<Row extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<Row[]>;
  /** Rows of a table that are about the customer's account. */
  countOf(table: string, accountColumn: string, customer: Customer): Promise<number>;
  open(given: AccountGiven): Promise<Customer>;
  /** The core over another way to it. */
  coreVia(port: number, deadlines?: PayDeadlines, line?: LineSize): Promise<Core>;
  /** A line of its own to the core, as soon as it has a session. */
  askVia(port: number, dialect: Dialect): Promise<Ask>;
  /** Lets the core listen on one more port, with another length prefix. */
  listen(prefix: LengthPrefix): Promise<number>;
  moveDays(days: number): Promise<void>;
  /** Locks the account's row as another channel would; answers how to let it go. */
  holdRow(accountNo: string): Promise<() => Promise<void>>;
  /** Waits until somebody waits for a row. */
  waitForLock(): Promise<void>;
  today(): Promise<string>;
  stop(): Promise<void>;
};

/** `random`: what the core's behaviour draws from. */
export async function startLegacy(random: () => number = Math.random): Promise<Legacy> {
  const database: TestDatabase = await createTestDatabase();
  const owner = new pg.Pool({ connectionString: database.url(), max: 4 });
  const own = openDatabase(database.url('legacy_core'), () => undefined);
  const outcomes = openOutcomes(database.url('legacy_adapter'), () => undefined);
  const conduct = new Conduct(WELL, random);
  const { listen, openLine, stopWays } = waysTo(own, conduct);
  const coreVia: Legacy['coreVia'] = async (port, deadlines, size) => {
    const line = await openLine(port, FIRST_DIALECT, size);
    const ports = { ask: askOn(line, log), outcomes, ...(deadlines && { deadlines }) };
    return legacyCore(ports, () => line.ready);
  };
  const port = await listen(TEXT_4);
  const sql = async <Row extends pg.QueryResultRow>(text: string, values: unknown[] = []): Promise<Row[]> =>
    (await owner.query<Row>(text, values)).rows;
  return {
    core: await coreVia(port),
    outcomes,
    conduct,
    port,
    ownerUrl: database.url(),
    urlAs: database.url,
    sql,
    countOf: async (table, accountColumn, { accountNo }) =>
      (await sql(`select from ${table} where ${accountColumn} = $1`, [accountNo])).length,
    open: async (given) => ({ ...(await openAccount(database.url(), given)), traceId: 'test' }),
    coreVia,
    askVia: async (to, dialect) => askOn(await openLine(to, dialect), log, dialect),
    listen,
    moveDays: async (days) => void (await sql('select core.move_business_date($1)', [days])),
    async holdRow(accountNo) {
      const holder = await owner.connect();
      await holder.query('begin');
      await holder.query('select from core.account where account_no = $1 for update', [accountNo]);
      return async () => {
        await holder.query('rollback');
        holder.release();
      };
    },
    waitForLock: async () => {
      const waiting = `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
      await waitFor(async () => (await sql(waiting)).length > 0, {
        timeoutMs: 5_000,
        what: 'a wait for a lock',
      });
    },
    today: async () => (await sql<{ d: string }>('select core.business_date()::text as d'))[0]?.d ?? '',
    async stop() {
      await stopWays();
      await own.close();
      await outcomes.close();
      await owner.end();
      await database.drop();
    },
  };
}

/** The core on any number of ports, and lines to it. */
function waysTo(database: Database, conduct: Conduct) {
  const servers: LegacyCoreServer[] = [];
  const listen: Legacy['listen'] = async (prefix) => {
    const server = await startLegacyCore({
      database,
      log,
      host: '127.0.0.1',
      port: 0,
      prefix,
      conduct,
      now: () => new Date(),
      monotonicMs: () => performance.now(),
    });
    servers.push(server);
    return server.port;
  };
  const lines: Line[] = [];
  const openLine = async (port: number, dialect = FIRST_DIALECT, size?: LineSize): Promise<Line> => {
    const address = { host: '127.0.0.1', port };
    const { prefix } = dialect;
    const line = new Line({ address, log, random: Math.random, poll: pollIn(dialect), prefix, ...size });
    lines.push(line);
    await waitFor(() => line.ready, { timeoutMs: 5_000, what: 'a session with the legacy core' });
    return line;
  };
  const stopWays = async (): Promise<void> => {
    await Promise.all(lines.map((line) => line.stop()));
    await Promise.all(servers.map((server) => server.stop()));
  };
  return { listen, openLine, stopWays };
}

/** An account that earns interest since yesterday. */
export const since = (daysAgo: number, closing: bigint): AccountGiven => ({
  balances: [{ daysAgo, closing }],
});

/** The body of an answer that must not be a problem. */
export function bodyOf<T>(answer: CoreAnswer<T>): T {
  expect(answer).toMatchObject({ ok: true });
  if (!answer.ok) throw new Error(answer.problem.code);
  return answer.body;
}

/** Amounts as a banker writes them: gross, income tax, local tax, farm tax, net. */
export function amountsOf(
  body: Record<'gross' | 'incomeTax' | 'localTax' | 'farmTax' | 'net', string>,
): string {
  const { gross, incomeTax, localTax, farmTax, net } = body;
  return `${gross} -> ${incomeTax} + ${localTax} + ${farmTax} -> ${net}`;
}

let keys = 0;
export const newKey = (): string => `key-${String(++keys).padStart(8, '0')}`;

export const basisAt = (businessDate: string, ledgerSeq: string): Basis => ({ businessDate, ledgerSeq });
