import type pg from 'pg';
import type { Logger } from 'pino';
import type { Batch } from './batch.ts';
import { inTransaction } from './database.ts';
import { type AlertMessageOf, type BatchStamp, type Written, writeBatch } from './write-batch.sql.ts';

/** Where a recorder writes its batches. */
export type BatchStore = {
  /** Resolves when the batch is stored safely. A second write of the same stamp counts nothing twice. */
  write(stamp: BatchStamp, batch: Batch): Promise<void>;
  /** Resolves when all stored batches can be read in the database; throws if that takes too long. */
  caughtUp(): Promise<void>;
};

export type DatabaseStoreOptions = {
  pool: pg.Pool;
  log: Logger;
  message: AlertMessageOf;
  /** Called after alerts have been stored. */
  onAlerts: () => void;
  /** Called after each written batch, with the count of missing batches before it. */
  onWritten?: (batch: Batch, written: Written) => void;
};

/** Writes a batch in one transaction. If the database refuses the batch for ever, only its counts are written. */
export function databaseStore({ pool, log, message, onAlerts, onWritten }: DatabaseStoreOptions): BatchStore {
  return {
    async write(stamp, batch) {
      const write = (what: Batch) =>
        inTransaction(pool, (client) => writeBatch(client, stamp, what, message));
      const written = await write(batch).catch(async (error: unknown) => {
        if (!isRefusedForGood(error)) throw error;
        log.error(
          { err: error, cases: batch.cases.length, signatures: batch.signatures.size },
          'the database refuses a batch because of the content of answers, so only its counts were stored: read the fault and check the answers of both cores',
        );
        return await write(batch.countsOnly());
      });
      if (batch.lost > 0)
        log.error(
          { lost: batch.lost },
          'counts were lost because the database was not reachable for too long: check the database',
        );
      const { alerts, missing } = written;
      if (missing > 0)
        log.error(
          { runId: stamp.runId, missing, before: stamp.number },
          'batches of a gateway never arrived, so their verdicts are lost: Kafka deleted them before comparator store read them',
        );
      onWritten?.(batch, written);
      if (alerts > 0) onAlerts();
    },
    caughtUp: async () => undefined,
  };
}

/** Data exceptions, constraints and program limits. A retry would be refused for ever and would block all later batches. */
const REFUSED_FOR_GOOD = new Set(['22', '23', '54']);

function isRefusedForGood(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' && code.length === 5 && REFUSED_FOR_GOOD.has(code.slice(0, 2));
}
