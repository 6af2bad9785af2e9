import type { Asked, CoreAnswer, Payout, PayoutRequest } from '@core-exit/bank-contract';
import { type Ask, type LegacyAnswer, newGuid } from '../transport/telegram-transport/telegram-transport.ts';
import { payoutOf } from '../translation/answers.ts';
import { meaningOf } from '../translation/response-codes.ts';
import { PAYOUT } from '../../telegram/messages/index.ts';
import { inquire } from './inquiry.ts';
import { type Noted, type Outcomes, OutcomesUnavailable, outcomeOf } from './sent-payouts.ts';
import { inProgress, outcomeUnknown, problemOf, unavailable } from '../translation/problems.ts';
import { accountOf } from '../quote/quote.ts';

export type PayDeadlines = {
  /** How long a sent payout may take to be answered before its outcome is inquired. */
  answerWithinMs: number;
  /** How long the caller gets no answer at most, inquiries included. */
  knownWithinMs: number;
};
/** The legacy core waits up to 2 s for a row; the rest of the time belongs to the inquiry. */
const PAY_DEADLINES: PayDeadlines = { answerWithinMs: 4_000, knownWithinMs: 8_000 };
/** After its deadline a request still has to settle what it knows; only then may others inquire. */
const SETTLING_MS = 1_000;

type Paid = CoreAnswer<{ payout: Payout; replayed: boolean }>;
type PayoutAnswer = LegacyAnswer<typeof PAYOUT.answer>;
type Customer = Asked & { customerId: string };
export type PayPorts = { ask: Ask; outcomes: Outcomes; deadlines?: PayDeadlines };

/**
 * Pays through the legacy core. The payout is noted, goes out once and is never sent again; when it was sent and no
 * answer came, its outcome is inquired by its GUID until it is known, or OUTCOME_UNKNOWN is the honest answer, with the
 * address where the outcome will be found. The same key again first learns what became of the first.
 */
export async function pay(
  { ask, outcomes, deadlines = PAY_DEADLINES }: PayPorts,
  asked: Customer,
  key: string,
  { memo }: PayoutRequest,
): Promise<Paid> {
  const deadlineMs = performance.now() + deadlines.knownWithinMs;
  const guid = newGuid();
  const noted = await note(outcomes, asked, key, guid, deadlines);
  if (noted === null) return unavailable();
  if (noted.kind === 'in-progress') return inProgress();
  if (noted.kind === 'unsettled') return await learn({ ask, outcomes }, asked, noted.guid, deadlineMs);

  const body = { ...accountOf(asked), CHKEY: key, MEMO: memo ?? '' };
  const withinMs = deadlines.answerWithinMs;
  const sent = await ask(asked.traceId, { message: PAYOUT, body, guid, withinMs });
  if (sent.kind === 'not-sent') {
    await keep(outcomes.settle(guid, 'NOT_EXECUTED'));
    return unavailable();
  }
  const told = sent.kind === 'answered' && meaningOf(sent.answer.rspCd).as !== 'unknown' ? sent.answer : null;
  const answer = told ?? (await inquire(ask, asked, guid, deadlineMs));
  if (answer === null) {
    await keep(outcomes.abandon(guid));
    return outcomeUnknown(asked.accountNo, guid);
  }
  await keep(outcomes.settle(guid, outcomeOf(answer)));
  return answered(asked, answer);
}

/** What became of an earlier payout with this key. Unpaid: the caller may ask again, and that will be a new payout. */
async function learn(
  { ask, outcomes }: Pick<PayPorts, 'ask' | 'outcomes'>,
  asked: Customer,
  guid: string,
  deadlineMs: number,
): Promise<Paid> {
  const answer = await inquire(ask, asked, guid, deadlineMs);
  if (answer === null) return outcomeUnknown(asked.accountNo, guid);
  await keep(outcomes.settle(guid, outcomeOf(answer)));
  const paid = answered(asked, answer);
  return paid.ok ? { ok: true, body: { ...paid.body, replayed: true } } : paid;
}

export function answered(asked: Asked, answer: PayoutAnswer): Paid {
  if (!answer.done) return problemOf(answer);
  const payout = payoutOf(asked.accountNo, answer.body);
  return { ok: true, body: { payout, replayed: answer.body.REPL_FG === 'Y' } };
}

/** null: it cannot be noted, so it must not be sent. */
async function note(
  outcomes: Outcomes,
  { accountNo, customerId, traceId }: Customer,
  key: string,
  guid: string,
  { knownWithinMs }: PayDeadlines,
): Promise<Noted | null> {
  const dueWithinMs = knownWithinMs + SETTLING_MS;
  try {
    return await outcomes.note({ guid, accountNo, customerId, key, traceId, dueWithinMs });
  } catch (fault) {
    if (fault instanceof OutcomesUnavailable) return null;
    throw fault;
  }
}

/** What is known is told to the caller even if it cannot be kept: whoever takes the payout up inquires once more. */
async function keep(kept: Promise<void>): Promise<void> {
  await kept.catch((fault: unknown) => {
    if (!(fault instanceof OutcomesUnavailable)) throw fault;
  });
}
