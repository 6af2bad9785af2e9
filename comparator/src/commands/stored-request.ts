import type pg from 'pg';
import { BadInput } from '../faults.ts';
import { readSealed } from '../store/read.ts';
import { type SealedQuestion, unseal } from '../verdict/seal.ts';

/** The question of a stored case, opened, with what came of it then. Throws {@link BadInput} when there is none. */
export async function storedQuestion(
  pool: pg.Pool,
  id: string,
  key: Uint8Array,
): Promise<{ question: SealedQuestion; verdict: string; signature: string | null }> {
  const stored = await readSealed(pool, id);
  if (stored === null) throw new BadInput(id, ['there is no such comparison: comparator list']);
  const question = stored.sealed === null ? null : unseal(stored.sealed, key);
  if (question === null) {
    const why = stored.sealed === null ? 'it was stored without its question' : 'REPLAY_KEY is not its key';
    throw new BadInput(id, [why]);
  }
  return { question, verdict: stored.verdict, signature: stored.signature };
}
