import type {
  AccountRequest,
  CoreAnswer,
  CustomerRequest,
  Payout,
  PayoutRequest,
} from '@core-exit/bank-contract';
import { newGuid } from '../../telegram/guid.ts';
import { PAYOUT } from '../../telegram/messages/index.ts';
import { payoutOf } from '../translation/answers.ts';
import { inProgress, outcomeUnknown, problemOf, unavailable } from '../translation/problems.ts';
import { accountFields } from '../translation/requests.ts';
import { meaningOf } from '../translation/response-codes.ts';
import type { Send } from '../transport/legacy-transport.ts';
import { inquire, type PayoutAnswer } from './inquiry.ts';
import { outcomeOf, type Recorded, type SentPayouts, SentPayoutsUnavailable } from './sent-payouts.ts';

export type PayDeadlines = {
  /** After this time without an answer, the outcome of a sent payout is inquired about. */
  answerWithinMs: number;
  /** Longest time of the whole request with its inquiries. */
  knownWithinMs: number;
};
/** The legacy core waits up to 2 s for a row. The rest of the time is for the inquiry. */
const PAY_DEADLINES: PayDeadlines = { answerWithinMs: 4_000, knownWithinMs: 8_000 };
/** After its deadline a request still has to record its outcome, and only then may the settlement inquire. */
const SETTLING_MS = 1_000;

type Paid = CoreAnswer<{ payout: Payout; replayed: boolean }>;
export type PayPorts = { send: Send; sentPayouts: SentPayouts; deadlines?: PayDeadlines };

/**
 * Pays through the legacy core. The payout is recorded and its request is sent once, never a second time. If no answer
 * came, the outcome is inquired about by the GUID until it is known. If it stays unknown, the answer is OUTCOME_UNKNOWN with
 * the address of the outcome. A later request with the same idempotency key first finds the outcome of the first payout.
 */
export async function pay(
  { send, sentPayouts, deadlines = PAY_DEADLINES }: PayPorts,
  account: CustomerRequest,
  idempotencyKey: string,
  { memo }: PayoutRequest,
): Promise<Paid> {
  const deadlineMs = performance.now() + deadlines.knownWithinMs;
  const guid = newGuid();
  const recorded = await record(sentPayouts, account, idempotencyKey, guid, deadlines);
  if (recorded === null) return unavailable();
  if (recorded.kind === 'in-progress') return inProgress();
  if (recorded.kind === 'unsettled')
    return await replay({ send, sentPayouts }, account, recorded.guid, deadlineMs);

  const body = { ...accountFields(account), CHKEY: idempotencyKey, MEMO: memo ?? '' };
  const withinMs = deadlines.answerWithinMs;
  const exchange = await send(account.traceId, { message: PAYOUT, body, guid, withinMs });
  if (exchange.kind === 'not-sent') {
    await ifAvailable(sentPayouts.settle(guid, 'NOT_EXECUTED'));
    return unavailable();
  }
  const isKnown = exchange.kind === 'answered' && meaningOf(exchange.answer.rspCd).as !== 'unknown';
  const answer = isKnown ? exchange.answer : await inquire(send, account, guid, deadlineMs);
  if (answer === null) {
    await ifAvailable(sentPayouts.handOver(guid));
    return outcomeUnknown(account.accountNo, guid);
  }
  await ifAvailable(sentPayouts.settle(guid, outcomeOf(answer)));
  return paidOf(account, answer);
}

/** The outcome of an earlier payout with this idempotency key. If it was not paid, the next request is a new payout. */
async function replay(
  { send, sentPayouts }: Pick<PayPorts, 'send' | 'sentPayouts'>,
  account: CustomerRequest,
  guid: string,
  deadlineMs: number,
): Promise<Paid> {
  const answer = await inquire(send, account, guid, deadlineMs);
  if (answer === null) return outcomeUnknown(account.accountNo, guid);
  await ifAvailable(sentPayouts.settle(guid, outcomeOf(answer)));
  const paid = paidOf(account, answer);
  return paid.ok ? { ok: true, body: { ...paid.body, replayed: true } } : paid;
}

/** The legacy core's answer about a payout in the words of the contract. */
export function paidOf({ accountNo }: AccountRequest, answer: PayoutAnswer): Paid {
  if (!answer.done) return problemOf(answer);
  const payout = payoutOf(accountNo, answer.body);
  return { ok: true, body: { payout, replayed: answer.body.REPL_FG === 'Y' } };
}

/** null if the payout cannot be recorded, so that it must not be sent. */
async function record(
  sentPayouts: SentPayouts,
  { accountNo, customerId, traceId }: CustomerRequest,
  idempotencyKey: string,
  guid: string,
  { knownWithinMs }: PayDeadlines,
): Promise<Recorded | null> {
  const dueWithinMs = knownWithinMs + SETTLING_MS;
  try {
    return await sentPayouts.record({ guid, accountNo, customerId, idempotencyKey, traceId, dueWithinMs });
  } catch (fault) {
    if (fault instanceof SentPayoutsUnavailable) return null;
    throw fault;
  }
}

/** A known outcome is answered even if it cannot be recorded, because the settlement then inquires once more. */
async function ifAvailable(written: Promise<void>): Promise<void> {
  await written.catch((fault: unknown) => {
    if (!(fault instanceof SentPayoutsUnavailable)) throw fault;
  });
}
