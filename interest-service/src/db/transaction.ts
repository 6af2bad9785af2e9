import type { DataSource, EntityManager } from 'typeorm';
import { AccountBusy, CommitOutcomeUnknown, LedgerUnavailable } from '../flows/ports.ts';

/** A transaction that lost a race for a lock order or a unique key is run again, whole; more often is overload. */
const ATTEMPTS = 3;

const SERIALIZATION_FAILURE = '40001';
const DEADLOCK_DETECTED = '40P01';
const UNIQUE_VIOLATION = '23505';
const LOCK_NOT_AVAILABLE = '55P03';
const RUN_AGAIN = new Set([SERIALIZATION_FAILURE, DEADLOCK_DETECTED, UNIQUE_VIOLATION]);
/** Connection faults, resources, operator intervention, system errors: the ledger cannot work just now. */
const UNAVAILABLE_CLASSES = new Set(['08', '53', '57', '58']);

/** The one way to write: READ COMMITTED, everything on `manager`, committed or surely not. */
export async function inTransaction<T>(
  source: DataSource,
  work: (manager: EntityManager) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await once(source, work);
    } catch (fault) {
      if (attempt < ATTEMPTS && RUN_AGAIN.has(sqlState(fault))) continue;
      throw translate(fault);
    }
  }
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

async function commit(send: () => Promise<void>): Promise<void> {
  try {
    await send();
  } catch (fault) {
    // A deferred constraint refuses at COMMIT with its own state: surely not committed. Anything else is unknown.
    const state = sqlState(fault);
    if (state !== '' && !UNAVAILABLE_CLASSES.has(state.slice(0, 2))) throw fault;
    throw new CommitOutcomeUnknown('no answer to COMMIT: ask again with the same key', { cause: fault });
  }
}

/** A fault of the driver in the words of the flows. */
export function translate(fault: unknown): unknown {
  const state = sqlState(fault);
  if (state === LOCK_NOT_AVAILABLE) return new AccountBusy('the account stayed locked', { cause: fault });
  if (UNAVAILABLE_CLASSES.has(state.slice(0, 2)) || isConnectionFault(fault)) {
    return new LedgerUnavailable('the ledger database did not answer: see its log and disk', {
      cause: fault,
    });
  }
  return fault;
}

function sqlState(fault: unknown): string {
  const code = (fault as { code?: unknown } | null)?.code;
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? code : '';
}

/** pg gives plain errors without a code for these. */
function isConnectionFault(fault: unknown): boolean {
  if (!(fault instanceof Error)) return false;
  const { code } = fault as { code?: unknown };
  return (
    (typeof code === 'string' && /^E[A-Z]+$/.test(code)) ||
    /timeout|terminated|Connection|not queryable|query_timeout|pool/i.test(fault.message)
  );
}
