import type { Logger } from 'pino';
import { connectToBooks, rowsOf } from '../../ledger/books-connection.ts';
import type { Seal } from './seal.ts';
import { sealEndedDays } from './seal-days.ts';
import { postgresSealBook } from './seals.sql.ts';

/** A clock set back over midnight would bring a sealed day again: no clock of a bank is wrong by a quarter of an hour. */
const AFTER_MIDNIGHT_MS = 15 * 60_000;

const IS_DUE = `
select exists (select from core.day_seal)
   and (select max(business_date) from core.day_seal) < core.business_date() - 1
   and extract(epoch from (core.bank_now() at time zone 'Asia/Seoul') - core.business_date()::timestamp) * 1000 > $1
   as due`;

/**
 * Seals the days that ended, a while after midnight, once an operator has begun the chain: history that is still being
 * taken over carries old dates.
 */
export async function sealIfDue(databaseUrl: string, log: Logger, signal: AbortSignal): Promise<Seal[]> {
  const client = await connectToBooks(databaseUrl, { applicationName: 'interest-seal', readOnly: false });
  try {
    const [row] = await rowsOf<{ due: boolean }>(client, IS_DUE, [AFTER_MIDNIGHT_MS]);
    if (!row?.due) return [];
    const progress = {
      onDay() {},
      onAccounts() {},
      // In the log, the digest is where who can change the database cannot change it.
      onSealed: ({ businessDate, digest, facts }: Seal) =>
        log.info({ businessDate, digest, facts: String(facts) }, 'day sealed'),
    };
    const sealed = await sealEndedDays(postgresSealBook(client), progress, signal);
    return sealed === 'busy' ? [] : sealed;
  } finally {
    await client.end();
  }
}
