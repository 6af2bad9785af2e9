import type { Evidence, Rollout } from '@core-exit/rollout';
import { NEVER } from '@core-exit/rollout';
import type pg from 'pg';
import { readLatency, readStrata } from '../store/read.sql.ts';
import type { StoreRecorder } from '../store/recorder.ts';

/** The database gets this time to store what was seen and to return the counts; then the answer comes from memory. */
const DATABASE_WAIT_MS = 1_500;

/** Which stay in a stage; left out: the present one. */
export type EvidenceQuery = { stage: string | undefined; since: string | undefined };

/**
 * Evidence of one stay in a stage; a repeated call returns the same or more. The evidence includes everything that this
 * gateway saw until now, because what is in memory is written first. Without the database the evidence has only what this
 * process saw, and `complete: false`: enough to see a mismatch, not enough to pass a gate.
 */
export async function readEvidence(
  { pool, recorder, rollout }: { pool: pg.Pool; recorder: StoreRecorder; rollout: Rollout },
  query: EvidenceQuery,
  now: Date,
): Promise<Evidence> {
  const flag = rollout.flag();
  const stage = query.stage ?? (flag.kind === 'staged' ? flag.stage : 'off');
  const isPresent = flag.kind === 'staged' && flag.stage === stage;
  const from = query.since ?? (isPresent ? flag.since : NEVER);
  const head = { stage, from, to: now.toISOString() };
  try {
    return { ...head, ...(await fromDatabase(pool, recorder, stage, from)), complete: true };
  } catch {
    const none = { n: 0, histogram: [] };
    return {
      ...head,
      strata: [{ key: null, verdicts: recorder.tally.stay(stage, from) }],
      latency: { legacy: none, new: none },
      complete: false,
    };
  }
}

async function fromDatabase(pool: pg.Pool, recorder: StoreRecorder, stage: string, from: string) {
  const late = new Promise<never>((_resolve, reject) => {
    setTimeout(() => reject(new Error('the database did not answer in time')), DATABASE_WAIT_MS).unref();
  });
  const read = async () => {
    await recorder.stored();
    const [strata, latency] = await Promise.all([
      readStrata(pool, stage, from),
      readLatency(pool, stage, from),
    ]);
    return { strata, latency };
  };
  return Promise.race([read(), late]);
}
