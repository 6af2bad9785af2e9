import type pg from 'pg';
import type { Logger } from 'pino';
import type { Batch } from './batch.ts';
import { inTransaction } from './database.ts';
import { type BatchStamp, type NewsMessage, type Written, writeBatch } from './write-batch.ts';

/** Where batches go. */
export type BatchStore = {
  /** Resolves when the batch is safe; writing the same stamp again counts nothing twice. */
  write(stamp: BatchStamp, batch: Batch): Promise<void>;
  /** Resolves when all that is safe can be read in the database; throws when that takes too long. */
  caughtUp(): Promise<void>;
};

export type DatabaseStoreOptions = {
  pool: pg.Pool;
  log: Logger;
  message: NewsMessage;
  /** Called after alerts have been stored. */
  onAlerts: () => void;
  /** Told of each batch that was written, with what is missing before it; left out: nobody counts. */
  onWritten?: (batch: Batch, written: Written) => void;
};

/** Writes a batch in one transaction; one that can never be stored is stored as its counts alone. */
export function databaseStore({ pool, log, message, onAlerts, onWritten }: DatabaseStoreOptions): BatchStore {
  return {
    async write(stamp, batch) {
      const write = (what: Batch) =>
        inTransaction(pool, (client) => writeBatch(client, stamp, what, message));
      const written = await write(batch).catch(async (error: unknown) => {
        if (!isRefusedForGood(error)) throw error;
        log.error(
          { err: error, cases: batch.cases.length, signatures: batch.signatures.size },
          'the database refuses what answers had in them: only counts were stored; look at both cores and at the fault',
        );
        return await write(batch.countsOnly());
      });
      if (batch.lost > 0)
        log.error({ lost: batch.lost }, 'counts were lost: the database was away for too long');
      const { alerts, missing } = written;
      if (missing > 0)
        log.error(
          { runId: stamp.runId, missing, before: stamp.number },
          'batches of a gateway never came: their verdicts are lost; Kafka gave them up before the store had read them',
        );
      onWritten?.(batch, written);
      if (alerts > 0) onAlerts();
    },
    caughtUp: async () => undefined,
  };
}

/** Data exceptions, constraints, program limits: the same rows would be refused for ever, and all later ones with them. */
const REFUSED_FOR_GOOD = new Set(['22', '23', '54']);

function isRefusedForGood(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' && code.length === 5 && REFUSED_FOR_GOOD.has(code.slice(0, 2));
}
