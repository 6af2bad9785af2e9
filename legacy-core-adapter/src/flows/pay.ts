import type { Asked, CoreAnswer, Payout, PayoutRequest } from '@core-exit/interest-service/contract';
import { type Ask, newGuid } from '../line/ask.ts';
import { payoutOf } from '../mapping/answers.ts';
import { meaningOf } from '../mapping/meanings.ts';
import { PAYOUT } from '../telegram/messages/index.ts';
import { inquire } from './inquire.ts';
import { outcomeUnknown, problemOf, unavailable } from './problems.ts';
import { accountOf } from './read.ts';

export type PayDeadlines = {
  /** How long a sent payout may take to be answered before its outcome is inquired. */
  answerWithinMs: number;
  /** How long the caller gets no answer at most, inquiries included. */
  knownWithinMs: number;
};
/** The legacy core waits up to 2 s for a row; the rest of the time belongs to the inquiry. */
export const PAY_DEADLINES: PayDeadlines = { answerWithinMs: 4_000, knownWithinMs: 8_000 };

/**
 * Pays through the legacy core. The payout telegram goes out once and is never sent again; when it was sent and no
 * answer came, its outcome is inquired by its GUID until it is known, or OUTCOME_UNKNOWN is the honest answer.
 */
export async function pay(
  ask: Ask,
  asked: Asked & { customerId: string },
  key: string,
  { memo }: PayoutRequest,
  { answerWithinMs, knownWithinMs }: PayDeadlines = PAY_DEADLINES,
): Promise<CoreAnswer<{ payout: Payout; replayed: boolean }>> {
  const deadlineMs = performance.now() + knownWithinMs;
  const guid = newGuid();
  const body = { ...accountOf(asked), CHKEY: key, MEMO: memo ?? '' };
  const sent = await ask(asked.traceId, { message: PAYOUT, body, guid, withinMs: answerWithinMs });
  if (sent.kind === 'not-sent') return unavailable();

  const told = sent.kind === 'answered' && meaningOf(sent.answer.rspCd).as !== 'unknown' ? sent.answer : null;
  const answer = told ?? (await inquire(ask, asked, guid, deadlineMs));
  if (answer === null) return outcomeUnknown();
  if (!answer.done) return problemOf(answer);
  const payout = payoutOf(asked.accountNo, answer.body);
  return { ok: true, body: { payout, replayed: answer.body.REPL_FG === 'Y' } };
}
