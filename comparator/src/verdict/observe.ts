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
import type { EncryptedRequest } from './stored-request.ts';
import { stateOf, versionOf } from './versions.ts';

/** Verdicts whose case is kept with all its details. */
const KEPT_WHOLE: ReadonlySet<Verdict> = new Set<Verdict>([
  'mismatch',
  'raced',
  'shadow_error',
  'shadow_timeout',
  'primary_error',
  'both_failed',
]);
/** Stands for a value that is not kept. */
const HIDDEN = '***';
/** Last characters of a customer id: enough to find the log lines of a case, too few to identify the customer. */
const SHOWN_OF_SUBJECT = 4;

/** A settled request: the input of {@link observe}. */
export type ObservationInput = {
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
  /** Null or left out: there was no shadow request, or there is no key. */
  encryptedRequest?: EncryptedRequest | null;
};

/** The masked observation of a request with its verdict. */
export function observe(input: ObservationInput, settled: Settled, caseId: string): Observation {
  const { at, operation, decision, request, primary, shadow } = input;
  const shadowAnswer =
    shadow.kind === 'called' && shadow.call.kind === 'answered' ? shadow.call.answer : null;
  return {
    at,
    operation: operation.name,
    decision,
    stratum: isReadable(primary)
      ? operation.stratum(request, primary.answer, { shadow: shadowAnswer, at })
      : {},
    verdict: settled.verdict,
    because: settled.verdict === 'dropped' ? (settled.failure?.what ?? null) : null,
    timings: timingsOf(input),
    record: KEPT_WHOLE.has(settled.verdict) ? caseRecord(input, settled, caseId) : null,
  };
}

/** Only an answer that can be compared has a stratum. */
function isReadable(call: Call): call is Extract<Call, { kind: 'answered' }> {
  return call.kind === 'answered' && (call.uncompared ?? null) === null;
}

export function timingsOf({
  decision,
  primary,
  shadow,
}: Pick<ObservationInput, 'decision' | 'primary' | 'shadow'>): Timing[] {
  const timings: Timing[] = [{ core: decision.primary, role: 'primary', ms: primary.ms }];
  if (shadow.kind === 'called') {
    timings.push({ core: otherCore(decision.primary), role: 'shadow', ms: shadow.call.ms });
  }
  return timings;
}

export function otherCore(core: CoreName): CoreName {
  return core === 'legacy' ? 'new' : 'legacy';
}

function caseRecord(
  input: ObservationInput,
  { differences, more, failure }: Settled,
  id: string,
): CaseRecord {
  const { operation, mask, request, traceId, decision, primary, shadow } = input;
  return {
    id,
    traceId,
    more,
    failure,
    encryptedRequest: input.encryptedRequest ?? null,
    rulesVersion: input.rulesVersion,
    basis: isReadable(primary) ? stateOf(operation, primary.answer) : null,
    subject: request.subject === null ? null : hide(request.subject, SHOWN_OF_SUBJECT),
    signature:
      differences.length === 0 ? null : signatureOf(operation.name, differences, input.terms.rules.causesOf),
    differences: differences.map((difference) => maskedDifference(difference, mask, isLong(input))),
    primary: maskedCall(decision.primary, primary, mask),
    shadow: shadow.kind === 'called' ? maskedCall(otherCore(decision.primary), shadow.call, mask) : null,
  };
}

/** In long answers, whole lists and objects are hidden. The path and the class of each difference are kept. */
function maskedDifference(difference: Difference, mask: Mask, isOfLong: boolean): MaskedDifference {
  const shortened = isOfLong ? withoutParts(difference) : difference;
  const { left, right, ...rest } = mask.difference(shortened);
  const text = (value: Difference['left']) => (value === undefined ? null : stringify(value));
  return { ...rest, left: text(left), right: text(right) };
}

function withoutParts(difference: Difference): Difference {
  const { left, right, ...rest } = difference;
  const hidden = (value: Json) => (Array.isArray(value) || value instanceof Map ? HIDDEN : value);
  return {
    ...rest,
    ...(left === undefined ? {} : { left: hidden(left) }),
    ...(right === undefined ? {} : { right: hidden(right) }),
  };
}

/** A body that is not valid JSON is not kept, because it cannot be masked. */
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
