import { type Evidence, type Rollout, VERDICTS } from '@core-exit/rollout';
import type pg from 'pg';
import { readAlerts, readComparison, readComparisons, readSignatures, readTotals } from '../store/read.ts';
import type { StoreRecorder } from '../store/recorder.ts';
import { noVerdicts } from '../store/tally.ts';
import { type EvidenceQuestion, readEvidence } from './evidence.ts';

/** What an operator may ask, wherever it is kept. */
export type AdminReads = {
  evidence(question: EvidenceQuestion): Promise<Evidence>;
  /** Totals over all gateways: `requests` = all verdicts + `pending` (here, under way) + `abandoned` (other processes). */
  verdicts(): Promise<object>;
  comparison(id: string): Promise<object | null>;
  /** Newest first. */
  comparisons(filter: ComparisonFilter): Promise<object[]>;
  signatures(): Promise<object[]>;
  alerts(): Promise<object[]>;
  /** False: verdicts are only in memory. */
  isStored(): Promise<boolean>;
};

export type ComparisonFilter = { signature: string | null; verdict: string | null; limit: number };

export type StoredParts = { pool: pg.Pool; recorder: StoreRecorder; rollout: Rollout; runId: string };

export function storedReads({ pool, recorder, rollout, runId }: StoredParts): AdminReads {
  return {
    evidence: (question) => readEvidence({ pool, recorder, rollout }, question, new Date()),
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
