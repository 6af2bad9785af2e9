import { randomBytes } from 'node:crypto';
import {
  createTestDatabase,
  openAccount,
  type SpawnedProcess,
  spawnProcess,
  type TestDatabase,
  waitFor,
} from '@core-exit/local-stack/testing';
import pg from 'pg';
import { pino } from 'pino';
import type { DataSource } from 'typeorm';
import { kafkaStream } from '../src/tax/events/event-stream.kafka.ts';
import { topicsOf } from '../src/tax/events/topics.ts';
import { type CoreUnderTest, startNewCore } from './new-core.ts';

/** A database with a core that pays, and topics of its own on a broker, for tests of whole processes. */
export type TaxPath = {
  db: TestDatabase;
  owner: pg.Pool;
  brokers: string[];
  topics: ReturnType<typeof topicsOf>;
  /** The environment of a process on this path. */
  env: Record<string, string>;
  start(role: 'relay' | 'tax-worker', other?: Record<string, string>): Promise<SpawnedProcess>;
  /** The connections of the core that pays. */
  source: DataSource;
  /** Pays this many new accounts. */
  pay(payouts: number): Promise<void>;
  one<T>(sql: string, values?: unknown[]): Promise<T>;
  books(): Promise<Books>;
  /** Waits until every payout has its posting and nothing is left to send. */
  settled(timeoutMs?: number): Promise<void>;
  close(): Promise<void>;
};

type Books = { payouts: number; postings: number; unsent: number; remitted: number; receipts: number };

const BOOKS = `
select (select count(*)::int from core.interest_payout) as payouts,
       (select count(*)::int from tax.posting) as postings,
       (select count(*)::int from interest.outbox where published_at is null) as unsent,
       (select coalesce(sum(amount), 0)::int from tax.remittance_total) as remitted,
       (select count(*)::int from tax.withholding_receipt) as receipts`;

/** What is withheld of one payout of {@link TaxPath.pay}. */
export const TAX_OF_ONE = 410;

export async function startTaxPath(brokers: string[]): Promise<TaxPath> {
  const db = await createTestDatabase();
  const owner = new pg.Pool({ connectionString: db.url() });
  const service: CoreUnderTest = await startNewCore(db.url('interest_service'));
  const prefix = `t${randomBytes(4).toString('hex')}-`;
  const started: SpawnedProcess[] = [];
  const one = async <T>(sql: string, values: unknown[] = []): Promise<T> =>
    (await owner.query(sql, values)).rows[0] as T;
  const env = {
    DATABASE_URL: db.url('interest_service'),
    KAFKA_BROKERS: brokers.join(','),
    KAFKA_PREFIX: prefix,
  };
  const books = () => one<Books>(BOOKS);
  return {
    db,
    owner,
    brokers,
    env,
    topics: topicsOf(prefix),
    one,
    books,
    source: service.source,
    async start(role, other = {}) {
      const process = await spawnProcess({
        name: `${role}-${started.length}`,
        program: ['interest-service/src/main.ts', role],
        env: { ...env, ...other },
      });
      started.push(process);
      return process;
    },
    async pay(payouts) {
      for (let i = 0; i < payouts; i += 1) {
        const account = await openAccount(db.url(), { balances: [{ daysAgo: 1, closing: 50_000_000n }] });
        await service.core.pay({ ...account, traceId: '0' }, `key-${account.accountNo}`, {});
      }
    },
    settled: async (timeoutMs = 30_000) =>
      void (await waitFor(
        async () => {
          const { payouts, postings, unsent } = await books();
          return postings === payouts && unsent === 0;
        },
        { timeoutMs, what: 'every payout has its tax posting' },
      )),
    async close() {
      await Promise.all(started.map((process) => process.stop()));
      await service.close();
      await owner.end();
      await db.drop();
    },
  };
}

/** The event stream of a test's topics. */
export const streamOf = ({ brokers }: TaxPath) =>
  kafkaStream({ brokers, clientId: 'test', log: pino({ level: 'silent' }) });
