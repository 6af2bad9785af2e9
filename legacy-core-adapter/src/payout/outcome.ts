import {
  type Asked,
  type CoreAnswer,
  type Payout,
  type ProblemBody,
  problem,
} from '@core-exit/bank-contract';
import type { Ask } from '../transport/telegram-transport/telegram-transport.ts';
import { inquire } from './inquiry.ts';
import { type Outcomes, OutcomesUnavailable, outcomeOf } from './sent-payouts.ts';
import { answered } from './payout.ts';
import { unavailable } from '../translation/problems.ts';

/** What is known of a payout request now. */
export type OutcomeStatus = { requestId: string; since: string } & (
  | { state: 'UNKNOWN' }
  | { state: 'NOT_EXECUTED' }
  | { state: 'PAID'; payout: Payout }
  | { state: 'REFUSED'; problem: ProblemBody }
);

/** Longer than an inquiry takes; the next question is as good. */
const KNOWN_WITHIN_MS = 1_500;

/** What became of the payout request with this GUID; told to whom the account belongs, and to operators. */
export async function outcome(
  { ask, outcomes }: { ask: Ask; outcomes: Outcomes },
  asked: Asked,
  guid: string,
): Promise<CoreAnswer<OutcomeStatus>> {
  try {
    const sent = await outcomes.find(guid);
    const isTheirs = asked.customerId === null || sent?.customerId === asked.customerId;
    if (sent === null || sent.accountNo !== asked.accountNo || !isTheirs) {
      return { ok: false, problem: problem('PAYOUT_NOT_FOUND') };
    }
    const about = { requestId: guid, since: sent.notedAt.toISOString() };
    const told = (status: OutcomeStatus): CoreAnswer<OutcomeStatus> => ({ ok: true, body: status });
    if (sent.outcome === 'NOT_EXECUTED') return told({ ...about, state: 'NOT_EXECUTED' });
    // Not inquired before somebody has taken it up: an inquiry closes a request that is still on its way.
    if (sent.outcome === null) return told({ ...about, state: 'UNKNOWN' });
    const answer = await inquire(
      ask,
      { ...sent, traceId: asked.traceId },
      guid,
      performance.now() + KNOWN_WITHIN_MS,
    );
    if (answer === null) return unavailable();
    const known = answered(asked, answer);
    if (known.ok) return told({ ...about, state: 'PAID', payout: known.body.payout });
    if (outcomeOf(answer) === 'REFUSED') return told({ ...about, state: 'REFUSED', problem: known.problem });
    return told({ ...about, state: 'NOT_EXECUTED' });
  } catch (fault) {
    if (fault instanceof OutcomesUnavailable) return unavailable();
    throw fault;
  }
}
