import { BadInput } from './faults.ts';
import { decoded } from './gateway/decode.ts';
import type { CoreName } from './operation.ts';
import { headersFor, operationOf, type ReplayParts } from './replay.ts';
import type { SealedQuestion } from './verdict/stored-request.ts';

const DEADLINE_MS = 10_000;

export type PromoteParts = Pick<ReplayParts, 'service' | 'cores' | 'serviceToken'>;

/**
 * A stored case as a row of a case suite. What the row looks like, and that it names nobody, is the operations file's;
 * both cores are asked a question that only reads. `expected`: whose answer the row expects. Throws {@link BadInput}.
 */
export async function promote(
  id: string,
  question: SealedQuestion,
  expected: CoreName,
  parts: PromoteParts,
): Promise<object> {
  const { promotion } = operationOf(question, parts.service);
  const refuse = (why: string): never => {
    throw new BadInput(id, [why]);
  };
  if (promotion === undefined) return refuse(`operation ${question.operation} has no promotion`);
  const path = promotion.question(question);
  if (path === null) return refuse('its question names no state to ask both cores about');
  const { headers } = headersFor({ ...question, method: 'GET', path, body: null }, parts);
  const ask = async (core: CoreName) => {
    const call = await decoded(
      await parts.cores[core].call({ method: 'GET', path, headers, body: null }, DEADLINE_MS),
    );
    return call.kind === 'answered'
      ? call.answer
      : refuse(`the ${core} core gives no answer: ${call.failure}`);
  };
  const [legacy, fresh] = await Promise.all([ask('legacy'), ask('new')]);
  const made = promotion.row(id, { legacy, new: fresh }, expected);
  return typeof made === 'string' ? refuse(made) : made;
}
