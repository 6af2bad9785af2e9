import {
  type AccountRequest,
  type CoreAnswer,
  type Payout,
  type ProblemBody,
  problem,
} from '@core-exit/bank-contract';
import { unavailable } from '../translation/problems.ts';
import type { Send } from '../transport/legacy-transport.ts';
import { inquire } from './inquiry.ts';
import { paidOf } from './payout.ts';
import { outcomeOf, type SentPayouts, SentPayoutsUnavailable } from './sent-payouts.ts';

/** The outcome of a payout request as far as it is known now. */
export type OutcomeStatus = { requestId: string; since: string } & (
  | { state: 'UNKNOWN' }
  | { state: 'NOT_EXECUTED' }
  | { state: 'PAID'; payout: Payout }
  | { state: 'REFUSED'; problem: ProblemBody }
);

/** Longer than one inquiry takes. Without an answer the caller reads the address again. */
const KNOWN_WITHIN_MS = 1_500;

/** The outcome of the payout request with this GUID, for the customer of the account and for operators. */
export async function outcome(
  { send, sentPayouts }: { send: Send; sentPayouts: SentPayouts },
  account: AccountRequest,
  guid: string,
): Promise<CoreAnswer<OutcomeStatus>> {
  try {
    const sent = await sentPayouts.find(guid);
    const isTheirs = account.customerId === null || sent?.customerId === account.customerId;
    if (sent === null || sent.accountNo !== account.accountNo || !isTheirs) {
      return { ok: false, problem: problem('PAYOUT_NOT_FOUND') };
    }
    const about = { requestId: guid, since: sent.notedAt.toISOString() };
    if (sent.outcome === 'NOT_EXECUTED') return { ok: true, body: { ...about, state: 'NOT_EXECUTED' } };
    // No inquiry here: an inquiry closes a payout whose telegram is still on its way.
    if (sent.outcome === null) return { ok: true, body: { ...about, state: 'UNKNOWN' } };
    const deadlineMs = performance.now() + KNOWN_WITHIN_MS;
    const answer = await inquire(send, { ...sent, traceId: account.traceId }, guid, deadlineMs);
    if (answer === null) return unavailable();
    const known = paidOf(account, answer);
    if (known.ok) return { ok: true, body: { ...about, state: 'PAID', payout: known.body.payout } };
    if (outcomeOf(answer) === 'REFUSED')
      return { ok: true, body: { ...about, state: 'REFUSED', problem: known.problem } };
    return { ok: true, body: { ...about, state: 'NOT_EXECUTED' } };
  } catch (fault) {
    if (fault instanceof SentPayoutsUnavailable) return unavailable();
    throw fault;
  }
}
