import { setTimeout as sleep } from 'node:timers/promises';
import type { DataSource, EntityManager } from 'typeorm';
import {
  DEADLOCK_DETECTED,
  isRefusedByServer,
  LOCK_NOT_AVAILABLE,
  SERIALIZATION_FAILURE,
  sqlState,
  translate,
  UNIQUE_VIOLATION,
} from './database-faults.ts';
import { CommitOutcomeUnknown } from './ports.ts';

/**
 * How often a whole transaction is tried. A lost lock order or unique key is settled by the second try. A lock is
 * waited for twice, its limit each time: in between the connection serves somebody else. More often is overload.
 */
const ATTEMPTS: Record<string, number> = {
  [SERIALIZATION_FAILURE]: 3,
  [DEADLOCK_DETECTED]: 3,
  [UNIQUE_VIOLATION]: 3,
  [LOCK_NOT_AVAILABLE]: 2,
};
/** Two that met should not meet again. */
const PAUSE_MS = 20;

/** Tries a whole transaction again when the database asks for that; its faults come out in the words of the flows. */
export async function tryAgain<T>(once: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await once();
    } catch (fault) {
      if (attempt >= (ATTEMPTS[sqlState(fault)] ?? 1)) throw translate(fault);
      await sleep(Math.random() * PAUSE_MS);
    }
  }
}

/**
 * A transaction of a cold path: READ COMMITTED, everything on `manager`, committed or surely not, tried again whole.
 * A payout has its own way, in two round trips: payout-transaction.ts.
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
      // A failed ROLLBACK leaves the transaction open on a connection that the next request would commit.
      await runner.rollbackTransaction().catch((cause: Error) => client.connection?.stream?.destroy(cause));
      throw fault;
    }
  } finally {
    await runner.release().catch(() => undefined);
  }
}

/** A deferred constraint refuses at COMMIT with its own state: surely not committed. Anything else is unknown. */
async function commit(send: () => Promise<void>): Promise<void> {
  try {
    await send();
  } catch (fault) {
    throw isRefusedByServer(fault) ? fault : outcomeUnknown(fault);
  }
}

/** COMMIT was sent and no answer came. */
export function outcomeUnknown(cause: unknown): CommitOutcomeUnknown {
  return new CommitOutcomeUnknown('no answer to COMMIT: ask again with the same key', { cause });
}
