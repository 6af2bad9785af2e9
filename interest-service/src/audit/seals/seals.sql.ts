import { setTimeout as sleep } from 'node:timers/promises';
import { Fault } from '@core-exit/process/faults';
import type pg from 'pg';
import { LOCKS } from '../../ledger/advisory-locks.ts';
import { rowsOf } from '../../ledger/books-connection.ts';
import { INTEREST_FAULTS } from '../../ledger/faults.ts';
import type { Seal, Stratum } from './seal.ts';
import type { Days, SealBook } from './seal-days.ts';
import {
  ALL_SEALS,
  accountsOf,
  FACTS_OF_ACCOUNTS,
  IS_DUE,
  KEEP_SEAL,
  LAST_SEAL,
  WRITERS,
} from './seal-statements.sql.ts';

/** Some twenty facts each in a busy account: a batch stays well under 10 MB. */
const BATCH_ACCOUNTS = 2_000;
/** A payout takes milliseconds, and its limits end it within 20 s. A channel that writes for longer is a fault. */
const WRITERS_WITHIN_MS = 60_000;
const CHECK_AGAIN_MS = 20;
const DATE = /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/;

const BUSINESS_DATE = 'select core.business_date()::text as today';
const CLOSE_DAY = 'select core.close_day($1)';
const TRY_LOCK = 'select pg_try_advisory_lock($1) as mine';
const UNLOCK = 'select pg_advisory_unlock($1)';
const FETCH_ACCOUNTS = `fetch ${BATCH_ACCOUNTS} from accounts_of_days`;
const CLOSE_CURSOR = 'close accounts_of_days';

type SealRow = {
  business_date: string;
  form: number;
  accounts: string;
  facts: string;
  digest: string;
  previous_date: string | null;
  previous_digest: string | null;
};

/** The seals, as an audit reads them. */
export type SealReader = Pick<SealBook, 'facts'> & { seals(): Promise<Seal[]> };

export function postgresSealReader(client: pg.Client): SealReader {
  return {
    seals: async () => (await rowsOf<SealRow>(client, ALL_SEALS)).map(readSeal),
    facts: (days) => facts(client, days),
  };
}

/** The seals in the core ledger, on a connection of their own, because the connection holds the lock. */
export function postgresSealBook(client: pg.Client): SealBook {
  return {
    async businessDate() {
      const [row] = await rowsOf<{ today: string }>(client, BUSINESS_DATE);
      return row?.today ?? '';
    },
    async lastSeal() {
      const [row] = await rowsOf<SealRow>(client, LAST_SEAL);
      return row === undefined ? null : readSeal(row);
    },
    async isDue(afterMidnightMs) {
      const [row] = await rowsOf<{ due: boolean }>(client, IS_DUE, [afterMidnightMs]);
      return row?.due ?? false;
    },
    async closeDay(day) {
      await client.query(CLOSE_DAY, [day]);
    },
    writersEnded: () => writersEnded(client),
    facts: (days) => facts(client, days),
    async keep({ businessDate, form, accounts, facts, digest, previous }) {
      const after = [previous?.businessDate ?? null, previous?.digest ?? null];
      await client.query(KEEP_SEAL, [businessDate, form, accounts, facts, digest, ...after]);
    },
    async exclusively(work) {
      const [lock] = await rowsOf<{ mine: boolean }>(client, TRY_LOCK, [LOCKS.seal]);
      if (!lock?.mine) return 'busy';
      try {
        return await work();
      } finally {
        await client.query(UNLOCK, [LOCKS.seal]).catch(() => undefined);
      }
    },
  };
}

/** Locks in shared memory show a transaction from its first write on, also before it is visible to others. */
async function writersEnded(client: pg.Client): Promise<void> {
  const writers = async () => new Set((await rowsOf<{ id: string }>(client, WRITERS)).map(({ id }) => id));
  const before = await writers();
  const deadline = performance.now() + WRITERS_WITHIN_MS;
  while (before.size > 0) {
    if (performance.now() > deadline)
      throw new Fault(
        INTEREST_FAULTS.WRITER_DOES_NOT_END,
        `${before.size} transactions still write to a day that is over (pg_locks.virtualtransaction ${[...before].join(', ')})`,
      );
    await sleep(CHECK_AGAIN_MS);
    const now = await writers();
    for (const id of before) if (!now.has(id)) before.delete(id);
  }
}

async function* facts(client: pg.Client, { after, through }: Days): AsyncGenerator<Stratum[]> {
  const from = after ?? '-infinity';
  if (!DATE.test(through) || !(DATE.test(from) || after === null))
    throw new RangeError(`not two business dates: ${from} ${through}`);
  await client.query(accountsOf(from, through));
  try {
    for (;;) {
      const accounts = await rowsOf<{ account_no: string }>(client, FETCH_ACCOUNTS);
      if (accounts.length === 0) return;
      const rows = await rowsOf<{ account_no: string; facts: number; digest: string }>(
        client,
        FACTS_OF_ACCOUNTS,
        [accounts.map((row) => row.account_no), from, through],
      );
      yield rows.map((row) => ({ accountNo: row.account_no, facts: row.facts, digest: row.digest }));
    }
  } finally {
    await client.query(CLOSE_CURSOR).catch(() => undefined);
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
