import type { Asked, Basis, CoreAnswer, Quote, Rehearsal, RehearsalRequest } from '@core-exit/bank-contract';
import type { Ask, Question } from '../transport/telegram-transport/telegram-transport.ts';
import { newGuid } from '../transport/telegram-transport/telegram-transport.ts';
import { quoteOf, rehearsalOf } from '../translation/answers.ts';
import type { Layout, Values } from '../../telegram/layout.ts';
import { QUOTE, REHEARSAL } from '../../telegram/messages/index.ts';
import { problemOf, unavailable } from '../translation/problems.ts';

/** Reads take some 10 ms; a caller who has waited this long is better served by a clear "not now". */
const READ_WITHIN_MS = 3_000;

/** The estimate as of now, or as of `at`. Without an answer nothing is lost: UNAVAILABLE. */
export function quote(ask: Ask, asked: Asked, at: Basis | null): Promise<CoreAnswer<Quote>> {
  const body = { ...accountOf(asked), ...basisAsked(at) };
  const question = { message: QUOTE, body, guid: newGuid(), withinMs: READ_WITHIN_MS };
  return read(ask, asked, question, (answer) => quoteOf(asked.accountNo, answer));
}

/** The payout as it would be at a basis, with no effect. */
export function rehearse(ask: Ask, asked: Asked, request: RehearsalRequest): Promise<CoreAnswer<Rehearsal>> {
  const body = { ...accountOf(asked), ...basisAsked(request.basis ?? null), MEMO: request.memo ?? '' };
  const question = { message: REHEARSAL, body, guid: newGuid(), withinMs: READ_WITHIN_MS };
  return read(ask, asked, question, (answer) => rehearsalOf(asked.accountNo, answer));
}

async function read<Q extends Layout, A extends Layout, T>(
  ask: Ask,
  { traceId }: Asked,
  question: Question<Q, A>,
  toContract: (body: Values<A>) => T,
): Promise<CoreAnswer<T>> {
  const exchange = await ask(traceId, question);
  if (exchange.kind !== 'answered') return unavailable();
  const { answer } = exchange;
  return answer.done ? { ok: true, body: toContract(answer.body) } : problemOf(answer);
}

/** Whose account a telegram is about; an operator has no customer number. */
export function accountOf({ accountNo, customerId }: Asked): { ACNO: string; CSNO: string } {
  return { ACNO: accountNo, CSNO: customerId ?? '' };
}

function basisAsked(at: Basis | null): { BS_DT: string | null; BS_SEQ: bigint } {
  return { BS_DT: at?.businessDate ?? null, BS_SEQ: BigInt(at?.ledgerSeq ?? 0) };
}
