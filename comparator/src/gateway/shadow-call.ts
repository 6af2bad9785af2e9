import type { CoreName, ShadowRequest } from '../operation.ts';
import type { Call } from '../verdict/call.ts';
import { otherCore } from '../verdict/observe.ts';
import type { Shadow } from '../verdict/settle.ts';
import type { AnsweredRequest } from './answered-request.ts';
import { decoded } from './decode.ts';
import { coreHeaders } from './headers.ts';

/** A request for the other core, with the headers that it is sent with. */
export type ShadowCall = { kind: 'send'; request: ShadowRequest; headers: readonly string[] };

/** Parts of an answer (206), or a note that the customer has the answer already (304): the whole is unknown here. */
const PARTIAL: ReadonlySet<number> = new Set([206, 304]);

/** Why there is no request for the shadow, as far as that is known without the content of the answer; null: go on. */
export function skippedShadow({ decision, request, primary }: AnsweredRequest): Shadow | null {
  if (!decision.shadow) return { kind: 'not-called' };
  if (primary.kind === 'answered' && primary.uncompared) {
    return { kind: 'dropped', because: primary.uncompared };
  }
  const isPartial = primary.kind === 'answered' && PARTIAL.has(primary.answer.status);
  return isPartial || request.method === 'HEAD' ? { kind: 'not-called' } : null;
}

/** The request for the shadow, as the operations file makes it of the primary's answer; or why there is none. */
export function shadowCallFor(answered: AnsweredRequest): ShadowCall | { kind: 'skipped'; shadow: Shadow } {
  const { gateway, compiled, request, primary, trace } = answered;
  const { operation } = compiled;
  if (primary.kind === 'answered' && primary.uncompared) {
    return { kind: 'skipped', shadow: { kind: 'dropped', because: primary.uncompared } };
  }
  const hasAnswered = primary.kind === 'answered' && primary.answer.status < 500;
  try {
    const shadow = operation.shadow(request, hasAnswered ? primary.answer : null);
    if (shadow === null) return { kind: 'skipped', shadow: { kind: 'not-called' } };
    const credentials = gateway.service.credentials(gateway.serviceToken, request.subject, request);
    const headers = coreHeaders(credentials, trace.traceparent, shadow.body !== undefined);
    return { kind: 'send', request: shadow, headers };
  } catch (error) {
    gateway.log.error(
      { err: error, operation: operation.name },
      'the operations file failed: correct its shadow() or credentials()',
    );
    return { kind: 'skipped', shadow: { kind: 'dropped', because: 'fault' } };
  }
}

/** Sends the request to the core that is not the primary. */
export async function sendToShadow(answered: AnsweredRequest, due: ShadowCall): Promise<Shadow> {
  const call = await sendTo(otherCore(answered.decision.primary), answered, due);
  return { kind: 'called', call, isPinned: due.request.isPinned };
}

/** Sends the shadow's request to a core and returns its answer decompressed. */
export async function sendTo(
  core: CoreName,
  { gateway, compiled }: AnsweredRequest,
  { request, headers }: ShadowCall,
): Promise<Call> {
  const { method, path, body = null } = request;
  const { maxAnswerBytes } = compiled.operation;
  const call = gateway.cores[core].call(
    { method, path, headers, body, maxAnswerBytes },
    gateway.deadlines.shadowMs,
  );
  return decoded(await call);
}
