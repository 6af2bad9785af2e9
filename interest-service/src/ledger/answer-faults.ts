import type { CoreAnswer } from '@core-exit/bank-contract';
import { problem } from '@core-exit/bank-contract';
import { AccountBusy, CommitOutcomeUnknown, LedgerUnavailable } from './faults.ts';

/** A payout waits two seconds for the lock. One second later the account is most likely free. */
const RETRY_AFTER_SECONDS = 1;

export type AnswerFaults = <T>(answer: Promise<CoreAnswer<T>>) => Promise<CoreAnswer<T>>;

/** Turns the faults that a caller can act on into answers; the others are thrown on. */
export function answerFaults(onFault: (fault: unknown) => void): AnswerFaults {
  return async (answer) => {
    try {
      return await answer;
    } catch (fault) {
      const code = problemOf(fault);
      if (code === null) throw fault;
      if (code !== 'REQUEST_IN_PROGRESS') onFault(fault);
      return { ok: false, problem: problem(code), retryAfterSeconds: RETRY_AFTER_SECONDS };
    }
  };
}

function problemOf(fault: unknown): 'REQUEST_IN_PROGRESS' | 'UNAVAILABLE' | 'OUTCOME_UNKNOWN' | null {
  if (fault instanceof AccountBusy) return 'REQUEST_IN_PROGRESS';
  if (fault instanceof LedgerUnavailable) return 'UNAVAILABLE';
  if (fault instanceof CommitOutcomeUnknown) return 'OUTCOME_UNKNOWN';
  return null;
}
