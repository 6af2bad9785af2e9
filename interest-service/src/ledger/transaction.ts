import { setTimeout as sleep } from 'node:timers/promises';
import type { DataSource, EntityManager } from 'typeorm';
import {
  asLedgerFault,
  DEADLOCK_DETECTED,
  isRefusedByServer,
  LOCK_NOT_AVAILABLE,
  SERIALIZATION_FAILURE,
  sqlState,
  UNIQUE_VIOLATION,
} from './database-faults.ts';
import { CommitOutcomeUnknown } from './faults.ts';

/**
 * Attempts of a whole transaction. The second attempt settles a lost lock order or a unique key. A lock is waited for twice,
 * its limit each time, and between the two the connection serves other accounts. More attempts only add to an overload.
 */
const ATTEMPTS: Record<string, number> = {
  [SERIALIZATION_FAILURE]: 3,
  [DEADLOCK_DETECTED]: 3,
  [UNIQUE_VIOLATION]: 3,
  [LOCK_NOT_AVAILABLE]: 2,
};
/** A random pause up to this, so that two transactions that collided do not collide again. */
const PAUSE_MS = 20;

/** Repeats a whole transaction when the database asks for that. Throws the faults of the ledger (faults.ts). */
export async function tryAgain<T>(once: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await once();
    } catch (fault) {
      if (attempt >= (ATTEMPTS[sqlState(fault)] ?? 1)) throw asLedgerFault(fault);
      await sleep(Math.random() * PAUSE_MS);
    }
  }
}

/**
 * A READ COMMITTED transaction by TypeORM, repeated as a whole when the database asks for that. Everything that `work` does
 * on `manager` is committed, or surely not. A payout has a faster transaction of its own: payout/payout-transaction.sql.ts.
 */
export async function inTransaction<T>(
  source: DataSource,
  work: (manager: EntityManager) => Promise<T>,
): Promise<T> {
  return await tryAgain(() => once(source, work));
}

async function once<T>(source: DataSource, work: (manager: EntityManager) => Promise<T>): Promise<T> {
  const runner = source.createQueryRunner();
  try {
    const client = (await runner.connect()) as { connection?: { stream?: { destroy(cause?: Error): void } } };
    try {
      await runner.startTransaction('READ COMMITTED');
      const result = await work(runner.manager);
      await commit(() => runner.commitTransaction());
      return result;
    } catch (fault) {
      // A failed ROLLBACK would leave the transaction open, and the next user of the connection would commit it.
      await runner.rollbackTransaction().catch((cause: Error) => client.connection?.stream?.destroy(cause));
      throw fault;
    }
  } finally {
    await runner.release().catch(() => undefined);
  }
}

/** A deferred constraint refuses at COMMIT with its own SQLSTATE: surely not committed. Any other fault leaves the outcome unknown. */
async function commit(send: () => Promise<void>): Promise<void> {
  try {
    await send();
  } catch (fault) {
    throw isRefusedByServer(fault) ? fault : new CommitOutcomeUnknown({ cause: fault });
  }
}
