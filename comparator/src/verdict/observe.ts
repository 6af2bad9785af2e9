import type { Decision, Verdict } from '@core-exit/rollout';
import {
  type AnswerTerms,
  type Difference,
  hide,
  type Json,
  type Mask,
  signatureOf,
  stringify,
} from '../engine/index.ts';
import type { CoreName, GatewayRequest, Operation } from '../operation.ts';
import type { Call } from './call.ts';
import { isLong, LONG_BYTES } from './long-answers.ts';
import type { CaseRecord, MaskedCall, MaskedDifference, Observation, Timing } from './observation.ts';
import { failureOf, type Settled, type Shadow } from './settle.ts';
import { stateOf, versionOf } from './versions.ts';

/** Verdicts that leave something to look at. */
const KEPT_WHOLE: ReadonlySet<Verdict> = new Set<Verdict>([
  'mismatch',
  'raced',
  'shadow_error',
  'shadow_timeout',
  'primary_error',
  'both_failed',
]);
/** In place of a value that is not kept. */
const HIDDEN = '***';
/** Of a customer id; enough to find the log lines of a case, not to know the customer. */
const SHOWN_OF_SUBJECT = 4;

/** What a request did, seen after its verdict. */
export type Seen = {
  at: Date;
  decision: Decision;
  operation: Operation;
  mask: Mask;
  terms: AnswerTerms;
  rulesVersion: string;
  request: GatewayRequest;
  traceId: string;
  primary: Call;
  shadow: Shadow;
  /** The question of the shadow, sealed; null: there was none, or no key. */
  sealed?: string | null;
};

/** The masked observation of a request with its verdict. */
export function observe(seen: Seen, settled: Settled, caseId: string): Observation {
  const { at, operation, decision, request, primary, shadow } = seen;
  const beside = shadow.kind === 'asked' && shadow.call.kind === 'answered' ? shadow.call.answer : null;
  return {
    at,
    operation: operation.name,
    decision,
    stratum: isRead(primary) ? operation.stratum(request, primary.answer, { shadow: beside, at }) : {},
    verdict: settled.verdict,
    because: settled.verdict === 'dropped' ? (settled.failure?.what ?? null) : null,
    timings: timingsOf(seen),
    record: KEPT_WHOLE.has(settled.verdict) ? caseRecord(seen, settled, caseId) : null,
  };
}

/** Of an answer that nobody could or would read nobody knows the cell. */
function isRead(call: Call): call is Extract<Call, { kind: 'answered' }> {
  return call.kind === 'answered' && (call.uncompared ?? null) === null;
}

export function timingsOf({
  decision,
  primary,
  shadow,
}: Pick<Seen, 'decision' | 'primary' | 'shadow'>): Timing[] {
  const timings: Timing[] = [{ core: decision.primary, role: 'primary', ms: primary.ms }];
  if (shadow.kind === 'asked') {
    timings.push({ core: otherCore(decision.primary), role: 'shadow', ms: shadow.call.ms });
  }
  return timings;
}

export function otherCore(core: CoreName): CoreName {
  return core === 'legacy' ? 'new' : 'legacy';
}

function caseRecord(seen: Seen, { differences, more, failure }: Settled, id: string): CaseRecord {
  const { operation, mask, request, traceId, decision, primary, shadow } = seen;
  return {
    id,
    traceId,
    more,
    failure,
    sealed: seen.sealed ?? null,
    rulesVersion: seen.rulesVersion,
    basis: isRead(primary) ? stateOf(operation, primary.answer) : null,
    subject: request.subject === null ? null : hide(request.subject, SHOWN_OF_SUBJECT),
    signature:
      differences.length === 0 ? null : signatureOf(operation.name, differences, seen.terms.rules.causesOf),
    differences: differences.map((difference) => maskedDifference(difference, mask, isLong(seen))),
    primary: maskedCall(decision.primary, primary, mask),
    shadow: shadow.kind === 'asked' ? maskedCall(otherCore(decision.primary), shadow.call, mask) : null,
  };
}

/** Of long answers lists and objects are hidden as one; which place differs and how is told all the same. */
function maskedDifference(difference: Difference, mask: Mask, isOfLong: boolean): MaskedDifference {
  const shortened = isOfLong ? withoutParts(difference) : difference;
  const { left, right, ...place } = mask.difference(shortened);
  const text = (value: Difference['left']) => (value === undefined ? null : stringify(value));
  return { ...place, left: text(left), right: text(right) };
}

function withoutParts(difference: Difference): Difference {
  const { left, right, ...place } = difference;
  const hidden = (value: Json) => (Array.isArray(value) || value instanceof Map ? HIDDEN : value);
  return {
    ...place,
    ...(left === undefined ? {} : { left: hidden(left) }),
    ...(right === undefined ? {} : { right: hidden(right) }),
  };
}

/** A body that cannot be read as JSON is not kept: nobody can say what stands in it. */
function maskedCall(core: CoreName, call: Call, mask: Mask): MaskedCall {
  const { ms } = call;
  if (call.kind === 'failed') {
    const none = { version: null, status: null, contentType: null, bytes: 0, body: null };
    return { core, ms, ...none, failure: call.failure };
  }
  const { answer } = call;
  const json = answer.body.length > LONG_BYTES ? undefined : answer.json();
  return {
    core,
    ms,
    version: versionOf(answer),
    status: answer.status,
    failure: failureOf(call),
    contentType: answer.headers['content-type'] ?? null,
    bytes: answer.body.length,
    body: json === undefined ? null : stringify(mask.value(json, [])),
  };
}
