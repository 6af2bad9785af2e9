import { BadInput } from '@core-exit/process/faults';
import type pg from 'pg';
import { readEncryptedRequest } from '../store/read.sql.ts';
import { decryptRequest, type StoredRequest } from '../verdict/stored-request.ts';

/** The decrypted request of a stored case, with its verdict and signature. Throws {@link BadInput} when there is none. */
export async function storedRequest(
  pool: pg.Pool,
  id: string,
  key: Uint8Array,
): Promise<{ request: StoredRequest; verdict: string; signature: string | null }> {
  const stored = await readEncryptedRequest(pool, id);
  if (stored === null) throw new BadInput(id, ['there is no such comparison; see comparator list']);
  const request = stored.encryptedRequest === null ? null : decryptRequest(stored.encryptedRequest, key);
  if (request === null) {
    const why =
      stored.encryptedRequest === null
        ? 'the case was stored without its request'
        : 'REPLAY_KEY is not the key of this case';
    throw new BadInput(id, [why]);
  }
  return { request, verdict: stored.verdict, signature: stored.signature };
}
