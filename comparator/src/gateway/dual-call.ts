import type { GatewayRequest } from '../operation.ts';
import { isLong } from '../verdict/long-answers.ts';
import { type AnsweredRequest, decompressed } from './answered-request.ts';
import type { CompiledOperation } from './compiled-operation.ts';
import type { Sink } from './core-client.ts';
import { decodedOnce, isCompressed } from './decode.ts';
import { sendFollowUps } from './follow-up.ts';
import { requestHeaders } from './headers.ts';
import { isNoiseSample, measureNoise } from './noise.ts';
import { type OwnAnswer, ownAnswer } from './own-answer.ts';
import type { Gateway } from './ports.ts';
import { recordLongComparison, recordVerdict } from './record-verdict.ts';
import { sendToShadow, shadowCallFor, skippedShadow } from './shadow-call.ts';
import { traceOf } from './trace.ts';

/** `passed`: the primary's answer, or its beginning, went to the customer. `own`: the gateway must answer by itself. */
type Reply = { kind: 'passed'; status: number } | ({ kind: 'own' } & OwnAnswer);

/**
 * The first half of a request, which the customer waits for: decide which core is primary, send the request there, and pass
 * the answer on as it comes. {@link compareAfterwards} is the second half.
 */
export async function dualCall(
  gateway: Gateway,
  compiled: CompiledOperation,
  request: GatewayRequest,
  customer: Sink,
): Promise<{ reply: Reply; answered: AnsweredRequest }> {
  gateway.recorder.requested();
  const decision = gateway.rollout.decide(request.subject);
  const trace = traceOf(request.headers['traceparent']);
  const headers = requestHeaders(request.rawHeaders, gateway.service.internalHeaders, trace.traceparent);
  const { method, path, body } = request;
  const { maxAnswerBytes } = compiled.operation;
  const primary = await gateway.cores[decision.primary].call(
    { method, path, headers, body: body.length > 0 ? body : null, maxAnswerBytes },
    gateway.deadlines.primaryMs,
    customer,
  );
  const answered: AnsweredRequest = {
    gateway,
    compiled,
    request,
    decision,
    trace,
    primary,
    isCompressed: isCompressed(primary),
    decodedPrimary: decodedOnce(primary),
  };
  return { reply: replyTo(answered), answered };
}

/**
 * The second half, which begins when the customer's answer has left, so that no step here can delay, fail or change the
 * answer: send follow-ups, send the shadow's request to the other core, compare, and record exactly one verdict.
 */
export async function compareAfterwards(answered: AnsweredRequest): Promise<void> {
  const { gateway } = answered;
  sendFollowUps(answered);

  const skipped = skippedShadow(answered);
  if (skipped !== null) return recordVerdict(answered, skipped);

  // The content of the answer decides the shadow's request. A compressed answer is decompressed under a permit, because
  // that costs time and memory.
  const early = answered.isCompressed ? null : shadowCallFor(answered);
  if (early?.kind === 'skipped') return recordVerdict(answered, early.shadow);

  using permit = gateway.isShedding() ? null : await gateway.shadows.acquire();
  if (permit === null) return recordVerdict(answered, { kind: 'dropped', because: 'overload' });

  const read = answered.isCompressed ? await decompressed(answered) : answered;
  const due = early ?? shadowCallFor(read);
  if (due.kind === 'skipped') return recordVerdict(read, due.shadow);

  const shadow = await sendToShadow(read, due);
  if (isLong({ primary: read.primary, shadow })) await recordLongComparison(read, shadow, due.request);
  else recordVerdict(read, shadow, due.request);

  if (isNoiseSample(read, shadow)) await measureNoise(read, shadow, due);
}

/** If the primary failed: a read is unavailable; a write that was sent has an unknown outcome. */
function replyTo({ primary, compiled, gateway }: AnsweredRequest): Reply {
  if (primary.kind === 'answered') return { kind: 'passed', status: primary.answer.status };
  if (primary.hasBegun === true) return { kind: 'passed', status: 0 };
  const isUnknown = compiled.operation.effect === 'writes' && primary.wasSent;
  return {
    kind: 'own',
    ...ownAnswer(gateway.service.problem(isUnknown ? 'outcome-unknown' : 'unavailable')),
  };
}
