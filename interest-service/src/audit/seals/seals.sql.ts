import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { LOCKS } from '../../ledger/advisory-locks.ts';
import { rowsOf } from '../../ledger/books-connection.ts';
import type { AccountFacts, Seal } from './seal.ts';
import type { Days, SealBook } from './seal-days.ts';
import {
  ALL_SEALS,
  accountsOf,
  FACTS_OF_ACCOUNTS,
  KEEP_SEAL,
  LAST_SEAL,
  WRITERS,
} from './seal-statements.sql.ts';

/** Some twenty facts each in a busy account: a batch stays well under 10 MB. */
const BATCH_ACCOUNTS = 2_000;
/** A payout takes milliseconds and its limits end it within 20 s; a channel that holds on longer is a fault. */
const WRITERS_WITHIN_MS = 60_000;
const LOOK_AGAIN_MS = 20;
const DATE = /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/;

/** A transaction that was writing when the day was closed does not end. */
class WriterDoesNotEnd extends Error {
  readonly code = 'WRITER_DOES_NOT_END';
  override name = 'WriterDoesNotEnd';
}

type SealRow = {
  business_date: string;
  form: number;
  accounts: string;
  facts: string;
  digest: string;
  previous_date: string | null;
  previous_digest: string | null;
};

/** What an audit reads of the seals. */
export type SealReader = Pick<SealBook, 'facts'> & { seals(): Promise<Seal[]> };

export function postgresSealReader(client: pg.Client): SealReader {
  return {
    seals: async () => (await rowsOf<SealRow>(client, ALL_SEALS)).map(readSeal),
    facts: (days) => facts(client, days),
  };
}

/** The seals in the core ledger, on a connection of its own: it holds the lock. */
export function postgresSealBook(client: pg.Client): SealBook {
  return {
    async businessDate() {
      const [row] = await rowsOf<{ today: string }>(client, 'select core.business_date()::text as today');
      return row?.today ?? '';
    },
    async lastSeal() {
      const [row] = await rowsOf<SealRow>(client, LAST_SEAL);
      return row === undefined ? null : readSeal(row);
    },
    async closeDay(day) {
      await client.query('select core.close_day($1)', [day]);
    },
    writersGone: () => writersGone(client),
    facts: (days) => facts(client, days),
    async keep({ businessDate, form, accounts, facts, digest, previous }) {
      const after = [previous?.businessDate ?? null, previous?.digest ?? null];
      await client.query(KEEP_SEAL, [businessDate, form, accounts, facts, digest, ...after]);
    },
    async exclusively(work) {
      const [lock] = await rowsOf<{ mine: boolean }>(client, 'select pg_try_advisory_lock($1) as mine', [
        LOCKS.seal,
      ]);
      if (!lock?.mine) return 'busy';
      try {
        return await work();
      } finally {
        await client.query('select pg_advisory_unlock($1)', [LOCKS.seal]).catch(() => undefined);
      }
    },
  };
}

/** Locks in shared memory show a transaction from its first write on, whatever it can see. */
async function writersGone(client: pg.Client): Promise<void> {
  const writers = async () => new Set((await rowsOf<{ id: string }>(client, WRITERS)).map(({ id }) => id));
  const before = await writers();
  const deadline = performance.now() + WRITERS_WITHIN_MS;
  while (before.size > 0) {
    if (performance.now() > deadline)
      throw new WriterDoesNotEnd(
        `${before.size} transactions still write to a day that is over: end them (pg_locks.virtualtransaction ${[...before].join(', ')}), then seal again`,
      );
    await sleep(LOOK_AGAIN_MS);
    const now = await writers();
    for (const id of before) if (!now.has(id)) before.delete(id);
  }
}

async function* facts(client: pg.Client, { after, through }: Days): AsyncGenerator<AccountFacts[]> {
  const from = after ?? '-infinity';
  if (!DATE.test(through) || !(DATE.test(from) || after === null))
    throw new RangeError(`no days: ${from} ${through}`);
  await client.query(accountsOf(from, through));
  try {
    for (;;) {
      const accounts = await rowsOf<{ account_no: string }>(
        client,
        `fetch ${BATCH_ACCOUNTS} from accounts_of_days`,
      );
      if (accounts.length === 0) return;
      const rows = await rowsOf<{ account_no: string; facts: number; digest: string }>(
        client,
        FACTS_OF_ACCOUNTS,
        [accounts.map((row) => row.account_no), from, through],
      );
      yield rows.map((row) => ({ accountNo: row.account_no, facts: row.facts, digest: row.digest }));
    }
  } finally {
    await client.query('close accounts_of_days').catch(() => undefined);
  }
}

function readSeal(row: SealRow): Seal {
  return {
    businessDate: row.business_date,
    form: row.form,
    accounts: BigInt(row.accounts),
    facts: BigInt(row.facts),
    digest: row.digest,
    previous:
      row.previous_date === null
        ? null
        : { businessDate: row.previous_date, digest: row.previous_digest ?? '' },
  };
}
