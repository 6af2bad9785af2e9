import { type CoreAnswer, problem, ROUTES } from '@core-exit/bank-contract';
import type { Values } from '../../telegram/layout.ts';
import type { REFUSED } from '../../telegram/messages/index.ts';
import { refusedBasisOf } from './answers.ts';
import { LegacyFault, meaningOf } from './response-codes.ts';

type Problem = Extract<CoreAnswer<never>, { ok: false }>;

/** Long enough for a session to become free. */
const RETRY_AFTER_SECONDS = 1;

/** The request was not executed, so a retry is safe. */
export function unavailable(): Problem {
  return { ok: false, problem: problem('UNAVAILABLE'), retryAfterSeconds: RETRY_AFTER_SECONDS };
}

/** Another request with the same idempotency key is in progress. */
export function inProgress(): Problem {
  return { ok: false, problem: problem('REQUEST_IN_PROGRESS'), retryAfterSeconds: RETRY_AFTER_SECONDS };
}

/** The adapter does not know whether the payout was paid. `instance` is the address of the outcome. */
export function outcomeUnknown(accountNo: string, guid: string): Problem {
  const instance = `${ROUTES.payouts.replace(':accountNo', accountNo)}/outcomes/${guid}`;
  return {
    ok: false,
    problem: problem('OUTCOME_UNKNOWN', { instance }),
    retryAfterSeconds: RETRY_AFTER_SECONDS,
  };
}

/** The problem of an answer that is not 0000. A code for trouble inside the legacy core throws a {@link LegacyFault}. */
export function problemOf({ rspCd, body }: { rspCd: string; body: Values<typeof REFUSED> }): Problem {
  const meaning = meaningOf(rspCd);
  const basis = refusedBasisOf(body);
  if (meaning.as === 'refusal') {
    const { code, ...reason } = meaning.refusal;
    return { ok: false, problem: problem(code, { ...reason, ...(basis && { basis }) }) };
  }
  if (meaning.as === 'problem') {
    const { retryAfterSeconds } = meaning;
    return { ok: false, problem: problem(meaning.problem), ...(retryAfterSeconds && { retryAfterSeconds }) };
  }
  throw new LegacyFault(rspCd);
}
