import { type Evidence, type Rollout, VERDICTS } from '@core-exit/rollout';
import type pg from 'pg';
import {
  type ComparisonFilter,
  readAlerts,
  readComparison,
  readComparisons,
  readSignatures,
  readTotals,
} from '../store/read.sql.ts';
import type { StoreRecorder } from '../store/recorder.ts';
import { noVerdicts } from '../store/tally.ts';
import { type EvidenceQuery, readEvidence } from './evidence.ts';

/** What an operator can read, from the database or from memory. */
export type AdminReads = {
  evidence(query: EvidenceQuery): Promise<Evidence>;
  /** Totals over all gateways: `requests` = all verdicts + `pending` (under way here) + `abandoned` (of other processes). */
  verdicts(): Promise<object>;
  comparison(id: string): Promise<object | null>;
  /** Newest first. */
  comparisons(filter: ComparisonFilter): Promise<object[]>;
  signatures(): Promise<object[]>;
  alerts(): Promise<object[]>;
  /** False: the database does not answer, so verdicts are in memory only. */
  isStored(): Promise<boolean>;
};

export type StoredParts = { pool: pg.Pool; recorder: StoreRecorder; rollout: Rollout; runId: string };

export function storedReads({ pool, recorder, rollout, runId }: StoredParts): AdminReads {
  return {
    evidence: (query) => readEvidence({ pool, recorder, rollout }, query, new Date()),
    async verdicts() {
      await recorder.stored();
      const { requests, settled, abandoned, stages } = await readTotals(pool, runId);
      const all = noVerdicts();
      for (const stage of stages) for (const verdict of VERDICTS) all[verdict] += stage.verdicts[verdict];
      return { requests, verdicts: all, pending: requests - settled - abandoned, abandoned, stages };
    },
    comparison: (id) => readComparison(pool, id),
    comparisons: (filter) => readComparisons(pool, filter),
    signatures: () => readSignatures(pool),
    alerts: () => readAlerts(pool),
    isStored: () =>
      pool.query('select 1').then(
        () => true,
        () => false,
      ),
  };
}
