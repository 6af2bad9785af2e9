import type { Verdict } from '@core-exit/rollout';
import type { CoreName, GatewayRequest, ProblemAnswer, ShadowQuestion } from '../operation.ts';
import type { Call } from '../verdict/call.ts';
import { isSampled } from '../verdict/noise.ts';
import { otherCore } from '../verdict/observe.ts';
import { type Shadow, settle } from '../verdict/settle.ts';
import { isLong } from './comparison-thread.ts';
import { asAnswered } from './conclude.ts';
import type { Sink } from './core-client.ts';
import { decoded, isEncoded } from './decode.ts';
import { followUp, followUpUnpacked } from './follow-up.ts';
import type { Context, Gateway, ReadyOperation } from './gateway.ts';
import { requestHeaders } from './headers.ts';
import { settleAndRecord, settleAsked } from './settle-request.ts';
import { traceOf } from './trace.ts';

/** What the customer was told, and what is still to be done once it has left. `tail` never throws and is called once. */
export type DualCall = { reply: Reply; tail: () => void };
/** `passed`: the primary's answer went through, or began to. `own`: the gateway must answer by itself. */
type Reply = { kind: 'passed'; status: number } | ({ kind: 'own' } & OwnReply);
export type OwnReply = { status: number; headers: readonly string[]; body: string };

/**
 * One request of an operation, whole: decide which core is primary, ask it, pass its answer to the customer as it
 * comes; then, with the answer gone, ask the other core the same question, compare, and keep the verdict. Nothing in
 * that tail can delay, fail or change the answer, and every request ends in exactly one verdict.
 */
export async function dualCall(
  ready: ReadyOperation,
  request: GatewayRequest,
  gateway: Gateway,
  customer: Sink,
): Promise<DualCall> {
  gateway.recorder.requested();
  const decision = gateway.rollout.decide(request.subject);
  const trace = traceOf(request.headers['traceparent']);
  const headers = requestHeaders(request.rawHeaders, gateway.service.internalHeaders, trace.traceparent);
  const { method, path, body } = request;
  const { maxAnswerBytes } = ready.operation;
  const primary = await gateway.cores[decision.primary].call(
    { method, path, headers, body: body.length > 0 ? body : null, maxAnswerBytes },
    gateway.deadlines.primaryMs,
    customer,
  );
  const context: Context = { ready, request, decision, trace, primary, gateway };
  return { reply: replyTo(context), tail: () => startTail(context) };
}

/** Without an answer nothing happened, or nobody knows; for a write that is not the same. */
function replyTo({ primary, ready, gateway }: Context): Reply {
  if (primary.kind === 'answered') return { kind: 'passed', status: primary.answer.status };
  if (primary.hasBegun === true) return { kind: 'passed', status: 0 };
  const isUnknown = ready.operation.effect === 'writes' && primary.wasSent;
  return { kind: 'own', ...replyOf(gateway.service.problem(isUnknown ? 'outcome-unknown' : 'unavailable')) };
}

export function replyOf({ status, headers, body }: ProblemAnswer): OwnReply {
  const length = String(Buffer.byteLength(body));
  return { status, headers: [...Object.entries(headers).flat(), 'content-length', length], body };
}

function startTail(context: Context): void {
  const { primary } = context;
  if (isEncoded(primary) && primary.kind === 'answered' && !primary.uncompared)
    return startPackedTail(context);
  followUp(context);
  const due = dueFor(context);
  if (due.kind === 'settled') return settleAndRecord(context, due.shadow);
  inSlot(context, () => ask(context, due.question));
}

/**
 * The tail of an answer that came compressed. What is in it decides the question for the shadow, and unpacking costs time
 * and memory: it happens in the shadow's slot, and not at all where nobody compares or there is no room.
 */
function startPackedTail(context: Context): void {
  const { decision, request, primary } = context;
  let whole: Promise<Call> | null = null;
  const unpacked = () => (whole ??= decoded(primary));
  followUpUnpacked(context, unpacked);
  const unread: Context = { ...context, primary: { ...(primary as Answered), uncompared: 'encoding' } };
  const isCompared = decision.shadow && request.method !== 'HEAD' && !saysNothing(primary);
  if (!isCompared) return settleAndRecord(unread, { kind: 'not-asked' });
  inSlot(unread, async () => {
    const read: Context = { ...context, primary: await unpacked() };
    const due = dueFor(read);
    return due.kind === 'ask' ? ask(read, due.question) : settleAndRecord(read, due.shadow);
  });
}

type Answered = Extract<Call, { kind: 'answered' }>;

/** What is due of the shadow: nothing any more, or a question. */
type Due = { kind: 'settled'; shadow: Shadow } | { kind: 'ask'; question: ShadowQuestion };

function dueFor(context: Context): Due {
  const { decision, primary, request } = context;
  if (decision.shadow && primary.kind === 'answered' && primary.uncompared) {
    return { kind: 'settled', shadow: { kind: 'dropped', because: primary.uncompared } };
  }
  const question = request.method === 'HEAD' ? null : questionFor(context);
  if (question === 'fault') return { kind: 'settled', shadow: { kind: 'dropped', because: 'fault' } };
  if (question === null) return { kind: 'settled', shadow: { kind: 'not-asked' } };
  return { kind: 'ask', question };
}

/** Runs the work in a slot of the shadows, or drops the comparison: it never waits without bound. */
function inSlot(context: Context, work: () => Promise<void>): void {
  const { gateway } = context;
  if (gateway.isShedding() || !gateway.shadows.submit(work)) {
    settleAndRecord(context, { kind: 'dropped', because: 'overload' });
  }
}

async function ask(context: Context, question: ShadowQuestion): Promise<void> {
  const call = await decoded(await askCore(context, question, otherCore(context.decision.primary)));
  const shadow: Shadow = { kind: 'asked', call, isPinned: question.isPinned };
  await settleAsked(context, shadow, question);
  await askLegacyAgain(context, question, shadow);
}

/**
 * A request the gateway had no room for. It was answered 503 before any core saw it; it counts as dropped, so that an
 * overload is seen in the evidence and verdicts add up to requests.
 */
export function shed({ operation }: ReadyOperation, gateway: Gateway): OwnReply {
  gateway.recorder.requested();
  const decision = gateway.rollout.decide(null);
  gateway.recorder.settled({
    at: gateway.now(),
    operation: operation.name,
    decision,
    stratum: {},
    verdict: 'dropped',
    because: 'overload',
    timings: [],
    record: null,
  });
  return replyOf(gateway.service.problem('unavailable'));
}

/** A part of an answer, or that the customer has it already: only the customer knows what it would have been. */
const SAYS_NOTHING: ReadonlySet<number> = new Set([206, 304]);

function saysNothing(primary: Call): boolean {
  return primary.kind === 'answered' && SAYS_NOTHING.has(primary.answer.status);
}

/** The question for the shadow; null when it is not to be asked; 'fault' when the operations file broke. */
function questionFor({
  decision,
  ready,
  request,
  primary,
  gateway,
}: Context): ShadowQuestion | null | 'fault' {
  if (!decision.shadow) return null;
  if (saysNothing(primary)) return null;
  const hasAnswered = primary.kind === 'answered' && primary.answer.status < 500;
  try {
    return ready.operation.shadow(request, hasAnswered ? primary.answer : null);
  } catch (error) {
    gateway.log.error(
      { err: error, operation: ready.operation.name },
      'the operations file failed: correct its shadow()',
    );
    return 'fault';
  }
}

/** Verdicts that came of comparing two answers from one state. */
const COMPARED: ReadonlySet<Verdict> = new Set<Verdict>(['match', 'explained', 'mismatch']);

/**
 * The noise baseline: for a sampled share the legacy core is asked the shadow's question as well, in the shadow's slot and
 * after the verdict, which nothing here can change. Counted only where both comparisons were made from one state; not of
 * long answers, which would be compared on this thread.
 */
async function askLegacyAgain(context: Context, question: ShadowQuestion, shadow: Shadow): Promise<void> {
  const { ready, gateway, decision, primary, trace } = context;
  const { operation } = ready;
  if (decision.primary !== 'legacy' || gateway.recorder.noise === undefined || gateway.isShedding()) return;
  if (!isSampled(trace.traceId, operation.noiseShare ?? 0) || isLong({ primary, shadow })) return;
  try {
    const terms = ready.termsOn(gateway.now());
    const verdictOf = (seen: Shadow) => settle(primary, asAnswered(operation, primary, seen), terms).verdict;
    const candidate = verdictOf(shadow);
    if (!COMPARED.has(candidate)) return;
    const call = await decoded(await askCore(context, question, 'legacy'));
    const again: Shadow = { kind: 'asked', call, isPinned: question.isPinned };
    if (isLong({ primary, shadow: again })) return;
    const itself = verdictOf(again);
    if (!COMPARED.has(itself)) return;
    const [newDiffers, legacyDiffers] = [candidate === 'mismatch', itself === 'mismatch'];
    gateway.recorder.noise({ operation: operation.name, newDiffers, legacyDiffers });
  } catch (error) {
    gateway.log.error({ err: error, operation: operation.name }, 'the noise baseline broke: not counted');
  }
}

/** Asks a core the shadow's question, with the service token. */
function askCore(
  { gateway, ready, request, trace }: Context,
  question: ShadowQuestion,
  core: CoreName,
): Promise<Call> {
  const headers = [
    ...Object.entries(gateway.service.credentials(gateway.serviceToken, request.subject, request)).flat(),
    'traceparent',
    trace.traceparent,
    'accept',
    'application/json',
    ...(question.body === undefined ? [] : ['content-type', 'application/json']),
  ];
  const { method, path, body = null } = question;
  const { maxAnswerBytes } = ready.operation;
  return gateway.cores[core].call(
    { method, path, headers, body, maxAnswerBytes },
    gateway.deadlines.shadowMs,
  );
}
