import type { Evidence, Rollout } from '@core-exit/rollout';
import { NEVER } from '@core-exit/rollout';
import type pg from 'pg';
import { readLatency, readStrata } from '../store/read.ts';
import type { StoreRecorder } from '../store/recorder.ts';

/** The database has this long to take what was seen and say what it has; then the answer comes from memory. */
const DATABASE_WAIT_MS = 1_500;

/** Which entry into a stage; left out, the one in force here. */
export type EvidenceQuestion = { stage: string | undefined; since: string | undefined };

/**
 * Evidence of one entry into a stage (issue the same question twice and get the same or more). It includes all that
 * this gateway saw up to now, because what is in memory is written first. Without the database it is what this
 * process saw, and says `complete: false`: enough to see a mismatch, not enough to pass a gate.
 */
export async function readEvidence(
  { pool, recorder, rollout }: { pool: pg.Pool; recorder: StoreRecorder; rollout: Rollout },
  question: EvidenceQuestion,
  now: Date,
): Promise<Evidence> {
  const flag = rollout.flag();
  const stage = question.stage ?? (flag.kind === 'staged' ? flag.stage : 'off');
  const isInForce = flag.kind === 'staged' && flag.stage === stage;
  const from = question.since ?? (isInForce ? flag.since : NEVER);
  const head = { stage, from, to: now.toISOString() };
  try {
    return { ...head, ...(await fromDatabase(pool, recorder, stage, from)), complete: true };
  } catch {
    const none = { n: 0, histogram: [] };
    return {
      ...head,
      strata: [{ key: null, verdicts: recorder.tally.entry(stage, from) }],
      latency: { legacy: none, new: none },
      complete: false,
    };
  }
}

async function fromDatabase(pool: pg.Pool, recorder: StoreRecorder, stage: string, from: string) {
  const late = new Promise<never>((_resolve, reject) => {
    setTimeout(() => reject(new Error('the database is too slow')), DATABASE_WAIT_MS).unref();
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
