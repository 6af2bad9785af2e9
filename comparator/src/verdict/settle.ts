import type { Verdict } from '@core-exit/rollout';
import { Answer, type AnswerTerms, compareAnswers, type Difference } from '../engine/index.ts';
import type { Call, Uncompared } from './call.ts';

/** What became of the question to the shadow. */
export type Shadow =
  | { kind: 'not-asked' }
  | { kind: 'dropped'; because: 'overload' | 'fault' | Uncompared }
  | { kind: 'asked'; call: Call; isPinned: boolean };

/** The one verdict of a request, and what it stands on. */
export type Settled = {
  verdict: Verdict;
  differences: readonly Difference[];
  /** Differences beyond those kept. */
  more: number;
  /** Why a side failed, in one word (`timeout`, `status 503`, `duplicate-key`); null when none did. */
  failure: { side: 'primary' | 'shadow'; what: string } | null;
};

/**
 * The shadow did not take the question: it is overloaded, or does not know the gateway. That says nothing of the
 * customer's answer, unless the primary refused the customer with the same status: then both answered.
 */
const NOT_TAKEN: readonly number[] = [401, 403, 408, 429];

/** Gives every request exactly one verdict (comparison.md section 3). */
export function settle(primary: Call, shadow: Shadow, terms: AnswerTerms): Settled {
  if (shadow.kind === 'asked') readTogether(primary, shadow.call);
  const primaryFailure = failureOf(primary);
  if (primaryFailure !== null) {
    const hasBothFailed = shadow.kind === 'asked' && shadowFailureOf(shadow.call, null) !== null;
    return settled(hasBothFailed ? 'both_failed' : 'primary_error', {
      side: 'primary',
      what: primaryFailure,
    });
  }
  if (shadow.kind === 'not-asked') return settled('unsampled');
  if (shadow.kind === 'dropped') {
    const isPrimary = shadow.because === 'too-large' || shadow.because === 'encoding';
    return settled('dropped', { side: isPrimary ? 'primary' : 'shadow', what: shadow.because });
  }
  const shadowFailure = shadowFailureOf(shadow.call, answerOf(primary).status);
  if (shadowFailure !== null) {
    const verdict = shadowFailure === 'timeout' ? 'shadow_timeout' : 'shadow_error';
    return settled(verdict, { side: 'shadow', what: shadowFailure });
  }
  return settleAnswers(answerOf(primary), answerOf(shadow.call), shadow.isPinned, terms);
}

/** Before anybody reads one of them alone. */
function readTogether(primary: Call, shadow: Call): void {
  if (isComparable(primary) && isComparable(shadow)) Answer.parseBoth(primary.answer, shadow.answer);
}

const isComparable = (call: Call): call is Extract<Call, { kind: 'answered' }> =>
  call.kind === 'answered' && call.answer.status < 500 && (call.uncompared ?? null) === null;

function settleAnswers(primary: Answer, shadow: Answer, isPinned: boolean, terms: AnswerTerms): Settled {
  const comparison = compareAnswers(primary, shadow, terms);
  if (comparison.kind === 'faulty') {
    // bodies were read before; this is out of reach, but a verdict is due all the same
    const isPrimary = comparison.side === 'left';
    const failure = {
      side: isPrimary ? ('primary' as const) : ('shadow' as const),
      what: comparison.fault.class,
    };
    return settled(isPrimary ? 'primary_error' : 'shadow_error', failure);
  }
  const { found, explained, more } = comparison;
  if (found.length === 0) return settled(explained.length > 0 ? 'explained' : 'match');
  return { verdict: isPinned ? 'mismatch' : 'raced', differences: found, more, failure: null };
}

function settled(verdict: Verdict, failure: Settled['failure'] = null): Settled {
  return { verdict, differences: [], more: 0, failure };
}

/** Why a call is no answer: it failed, the core says a fault of its own, or the body is not the JSON it says to be. */
export function failureOf(call: Call): string | null {
  if (call.kind === 'failed') return call.failure;
  if (call.answer.status >= 500) return `status ${call.answer.status}`;
  if ((call.uncompared ?? null) !== null) return null; // nobody can say what is in it
  const document = call.answer.document();
  return document?.ok === false ? document.fault.class : null;
}

/** `primaryStatus` null: the primary gave no answer the shadow could agree with. */
function shadowFailureOf(call: Call, primaryStatus: number | null): string | null {
  if (call.kind === 'failed') return call.failure;
  if ((call.uncompared ?? null) !== null) return call.uncompared as string;
  const { status } = call.answer;
  if (NOT_TAKEN.includes(status) && status !== primaryStatus) return `status ${status}`;
  return failureOf(call);
}

function answerOf(call: Call): Answer {
  if (call.kind === 'failed') throw new Error('a failed call has no answer');
  return call.answer;
}
