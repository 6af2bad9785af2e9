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
import { WELL } from '../legacy-core/behaviour/behaviour.ts';
import { BehaviourSimulator } from '../legacy-core/behaviour/behaviour-simulator.ts';
import { type LegacyCoreServer, startLegacyCore } from '../legacy-core/server/server.ts';
import { openStoredFunctions, type StoredFunctions } from '../legacy-core/stored-functions.sql.ts';
import { legacyCore } from '../src/core.ts';
import type { PayDeadlines } from '../src/payout/payout.ts';
import { openSentPayouts, type SentPayoutsDatabase } from '../src/payout/sent-payouts.sql.ts';
import type { LegacyTransport, Send } from '../src/transport/legacy-transport.ts';
import { IN_FLIGHT, SESSIONS } from '../src/transport/telegram-transport/session-pool.ts';
import { telegramTransport } from '../src/transport/telegram-transport/telegram-transport.ts';
import { type Dialect, FIRST_DIALECT } from '../telegram/dialect.ts';
import { type LengthPrefix, TEXT_4 } from '../telegram/prefix.ts';

const log = pino({ level: 'silent' });

type PoolSize = { sessions: number; inFlight: number };
export type Customer = { accountNo: string; customerId: string; traceId: string };

/** A legacy core with its own database, and the adapter's core that reaches it over telegrams. */
export type Legacy = {
  readonly core: Core;
  readonly sentPayouts: SentPayoutsDatabase;
  readonly simulator: BehaviourSimulator;
  readonly port: number;
  readonly ownerUrl: string;
  /** The database's address for a role. */
  urlAs: TestDatabase['url'];
  /** Runs SQL as the database's owner. */
  sql<Row extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<Row[]>;
  /** Number of a table's rows about the customer's account. */
  countOf(table: string, accountColumn: string, customer: Customer): Promise<number>;
  open(given: AccountGiven): Promise<Customer>;
  /** The adapter's core through its own sessions with a port. */
  coreVia(port: number, deadlines?: PayDeadlines, size?: PoolSize): Promise<Core>;
  /** Sends through its own sessions with a port. Resolves when a session is open. */
  sendVia(port: number, dialect: Dialect): Promise<Send>;
  /** Lets the core listen on another port, with another length prefix. */
  listen(prefix: LengthPrefix): Promise<number>;
  moveDays(days: number): Promise<void>;
  /** Locks the account's row as another channel would. Returns the function that releases the lock. */
  holdRow(accountNo: string): Promise<() => Promise<void>>;
  /** Waits until a transaction waits for a lock. */
  waitForLock(): Promise<void>;
  today(): Promise<string>;
  stop(): Promise<void>;
};

/** `random` decides the failures of the core's behaviour. */
export async function startLegacy(random: () => number = Math.random): Promise<Legacy> {
  const database: TestDatabase = await createTestDatabase();
  const owner = new pg.Pool({ connectionString: database.url(), max: 4 });
  const functions = openStoredFunctions(database.url('legacy_core'), () => undefined);
  const sentPayouts = openSentPayouts(database.url('legacy_adapter'), () => undefined);
  const simulator = new BehaviourSimulator(WELL, random);
  const { listen, connect, stopAll } = listenersOf(functions, simulator);
  const coreVia: Legacy['coreVia'] = async (port, deadlines, size) => {
    const { send, isReady } = await connect(port, FIRST_DIALECT, size);
    return legacyCore({ send, sentPayouts, ...(deadlines && { deadlines }) }, isReady);
  };
  const port = await listen(TEXT_4);
  const sql = async <Row extends pg.QueryResultRow>(text: string, values: unknown[] = []): Promise<Row[]> =>
    (await owner.query<Row>(text, values)).rows;
  return {
    core: await coreVia(port),
    sentPayouts,
    simulator,
    port,
    ownerUrl: database.url(),
    urlAs: database.url,
    sql,
    countOf: async (table, accountColumn, { accountNo }) =>
      (await sql(`select from ${table} where ${accountColumn} = $1`, [accountNo])).length,
    open: async (given) => ({ ...(await openAccount(database.url(), given)), traceId: 'test' }),
    coreVia,
    sendVia: async (to, dialect) => (await connect(to, dialect)).send,
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
      await stopAll();
      await functions.close();
      await sentPayouts.close();
      await owner.end();
      await database.drop();
    },
  };
}

/** The core on any number of ports, and the transports to it. */
function listenersOf(functions: StoredFunctions, simulator: BehaviourSimulator) {
  const servers: LegacyCoreServer[] = [];
  const listen: Legacy['listen'] = async (prefix) => {
    const server = await startLegacyCore({
      functions,
      log,
      host: '127.0.0.1',
      port: 0,
      prefix,
      simulator,
      now: () => new Date(),
      monotonicMs: () => performance.now(),
    });
    servers.push(server);
    return server.port;
  };
  const transports: LegacyTransport[] = [];
  const connect = async (
    port: number,
    dialect = FIRST_DIALECT,
    size?: PoolSize,
  ): Promise<LegacyTransport> => {
    const { sessions, inFlight } = size ?? { sessions: SESSIONS, inFlight: IN_FLIGHT };
    const transport = telegramTransport({ host: '127.0.0.1', port, dialect, sessions, inFlight }, log);
    transports.push(transport);
    await waitFor(() => transport.isReady(), { timeoutMs: 5_000, what: 'a session with the legacy core' });
    return transport;
  };
  const stopAll = async (): Promise<void> => {
    await Promise.all(transports.map((transport) => transport.stop()));
    await Promise.all(servers.map((server) => server.stop()));
  };
  return { listen, connect, stopAll };
}

/** An account with one balance since so many days. */
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
