import { type CoreAnswer, problem } from '@core-exit/bank-contract';
import { refusedBasisOf } from './answers.ts';
import { LegacyFault, meaningOf } from './response-codes.ts';
import type { Values } from '../../telegram/layout.ts';
import type { REFUSED } from '../../telegram/messages/index.ts';

type Problem = Extract<CoreAnswer<never>, { ok: false }>;

/** Long enough for a session to come free. */
const RETRY_AFTER_SECONDS = 1;

/** Nothing was done, and asking again is safe. */
export function unavailable(): Problem {
  return { ok: false, problem: problem('UNAVAILABLE'), retryAfterSeconds: RETRY_AFTER_SECONDS };
}

/** The same key is being paid by another request. */
export function inProgress(): Problem {
  return { ok: false, problem: problem('REQUEST_IN_PROGRESS'), retryAfterSeconds: RETRY_AFTER_SECONDS };
}

/** Neither paid nor not paid as far as anyone here can tell; `instance` is where it will be told. */
export function outcomeUnknown(accountNo: string, guid: string): Problem {
  const instance = `/v1/accounts/${accountNo}/interest-payouts/outcomes/${guid}`;
  return {
    ok: false,
    problem: problem('OUTCOME_UNKNOWN', { instance }),
    retryAfterSeconds: RETRY_AFTER_SECONDS,
  };
}

/** The problem for an answer that is not 0000. A code that stands for trouble inside the legacy core is thrown. */
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
