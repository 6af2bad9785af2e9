import { BadInput } from '@core-exit/process/faults';
import { decoded } from './gateway/decode.ts';
import type { CoreName } from './operation.ts';
import { operationOf, type ReplayParts, requestFor } from './replay.ts';
import type { StoredRequest } from './verdict/stored-request.ts';

const DEADLINE_MS = 10_000;

export type PromoteParts = Pick<ReplayParts, 'service' | 'cores' | 'serviceToken'>;

/**
 * Makes a row of a case suite from a stored case. The operations file decides what the row contains, and that the row
 * identifies no person; both cores get a request that only reads. `expected`: the core whose answer the row expects.
 * Throws {@link BadInput}.
 */
export async function promote(
  id: string,
  stored: StoredRequest,
  expected: CoreName,
  parts: PromoteParts,
): Promise<object> {
  const { promotion } = operationOf(stored, parts.service);
  const refuse = (why: string): never => {
    throw new BadInput(id, [why]);
  };
  if (promotion === undefined) return refuse(`operation ${stored.operation} has no promotion`);
  const path = promotion.path(stored);
  if (path === null) return refuse('its request names no state that both cores could answer from');
  const { headers } = requestFor({ ...stored, method: 'GET', path, body: null }, parts);
  const send = async (core: CoreName) => {
    const call = await decoded(
      await parts.cores[core].call({ method: 'GET', path, headers, body: null }, DEADLINE_MS),
    );
    return call.kind === 'answered'
      ? call.answer
      : refuse(`the ${core} core gives no answer: ${call.failure}`);
  };
  const [legacy, fresh] = await Promise.all([send('legacy'), send('new')]);
  const row = promotion.row(id, { legacy, new: fresh }, expected);
  return typeof row === 'string' ? refuse(row) : row;
}
