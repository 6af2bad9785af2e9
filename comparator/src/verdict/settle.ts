import type { Verdict } from '@core-exit/rollout';
import { Answer, type AnswerTerms, compareAnswers, type Difference } from '../engine/index.ts';
import type { Call, Uncompared } from './call.ts';

/** The result of the shadow call. `not-called`: this request has no shadow. `dropped`: the shadow call was left out. */
export type Shadow =
  | { kind: 'not-called' }
  | { kind: 'dropped'; because: 'overload' | 'fault' | Uncompared }
  | { kind: 'called'; call: Call; isPinned: boolean };

/** The one verdict of a request, with its reasons. */
export type Settled = {
  verdict: Verdict;
  differences: readonly Difference[];
  /** Count of further differences, which are not kept. */
  more: number;
  /** Why a side failed (`timeout`, `status 503`, `duplicate-key`); null when no side failed. */
  failure: { side: 'primary' | 'shadow'; what: string } | null;
};

/**
 * With these statuses the shadow refuses the gateway itself, because the shadow is overloaded or does not accept the
 * gateway's token. Then the answers cannot be compared. But if the primary answered the customer with the same status,
 * both cores answered the request.
 */
const REFUSES_GATEWAY: readonly number[] = [401, 403, 408, 429];

/** Gives every request exactly one verdict (docs/comparison.md, section 3). */
export function settle(primary: Call, shadow: Shadow, terms: AnswerTerms): Settled {
  if (shadow.kind === 'called') parseTogether(primary, shadow.call);
  const primaryFailure = failureOf(primary);
  if (primaryFailure !== null) {
    const hasBothFailed = shadow.kind === 'called' && shadowFailureOf(shadow.call, null) !== null;
    return settled(hasBothFailed ? 'both_failed' : 'primary_error', {
      side: 'primary',
      what: primaryFailure,
    });
  }
  if (shadow.kind === 'not-called') return settled('unsampled');
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

/** Must run before one of the two bodies is parsed alone, because parsing both together is faster. */
function parseTogether(primary: Call, shadow: Call): void {
  if (isComparable(primary) && isComparable(shadow)) Answer.parseBoth(primary.answer, shadow.answer);
}

const isComparable = (call: Call): call is Extract<Call, { kind: 'answered' }> =>
  call.kind === 'answered' && call.answer.status < 500 && (call.uncompared ?? null) === null;

function settleAnswers(primary: Answer, shadow: Answer, isPinned: boolean, terms: AnswerTerms): Settled {
  const comparison = compareAnswers(primary, shadow, terms);
  if (comparison.kind === 'faulty') {
    // Cannot happen, because `failureOf` has parsed both bodies. A verdict is still needed.
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

/** Why a call gave no usable answer: the call failed, the core had a fault (5xx), or the body is not valid JSON. */
export function failureOf(call: Call): string | null {
  if (call.kind === 'failed') return call.failure;
  if (call.answer.status >= 500) return `status ${call.answer.status}`;
  if ((call.uncompared ?? null) !== null) return null; // the body is not known
  const document = call.answer.document();
  return document?.ok === false ? document.fault.class : null;
}

/** `primaryStatus` null: the primary gave no answer that the shadow's answer could be equal to. */
function shadowFailureOf(call: Call, primaryStatus: number | null): string | null {
  if (call.kind === 'failed') return call.failure;
  if ((call.uncompared ?? null) !== null) return call.uncompared as string;
  const { status } = call.answer;
  if (REFUSES_GATEWAY.includes(status) && status !== primaryStatus) return `status ${status}`;
  return failureOf(call);
}

function answerOf(call: Call): Answer {
  if (call.kind === 'failed') throw new Error('a failed call has no answer: check failureOf first');
  return call.answer;
}
