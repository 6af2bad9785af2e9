import type { Core, CoreAnswer } from '@core-exit/bank-contract';
import { problem } from '@core-exit/bank-contract';
import { AccountBusy, CommitOutcomeUnknown, LedgerUnavailable } from './ports.ts';

/** The lock wait is two seconds; after one more the account is most likely free. */
const RETRY_AFTER_SECONDS = 1;

type Flows = Pick<Core, 'quote' | 'pay' | 'rehearse'>;

export type Answering = <T>(work: Promise<CoreAnswer<T>>) => Promise<CoreAnswer<T>>;

/** Turns the faults a caller can act on into answers. */
export function answerFaults(onFault: (fault: unknown) => void): Answering {
  return async (work) => {
    try {
      return await work;
    } catch (fault) {
      const code = problemOf(fault);
      if (code === null) throw fault;
      if (code !== 'REQUEST_IN_PROGRESS') onFault(fault);
      return { ok: false, problem: problem(code), retryAfterSeconds: RETRY_AFTER_SECONDS };
    }
  };
}

/** The new core: its flows, their faults answered. */
export function newCore(flows: Flows, ready: Core['ready'], onFault: (fault: unknown) => void): Core {
  const answer = answerFaults(onFault);
  return {
    quote: (asked, at, explain) => answer(flows.quote(asked, at, explain)),
    pay: (asked, key, request) => answer(flows.pay(asked, key, request)),
    rehearse: (asked, request) => answer(flows.rehearse(asked, request)),
    ready,
  };
}

function problemOf(fault: unknown): 'REQUEST_IN_PROGRESS' | 'UNAVAILABLE' | 'OUTCOME_UNKNOWN' | null {
  if (fault instanceof AccountBusy) return 'REQUEST_IN_PROGRESS';
  if (fault instanceof LedgerUnavailable) return 'UNAVAILABLE';
  if (fault instanceof CommitOutcomeUnknown) return 'OUTCOME_UNKNOWN';
  return null;
}
