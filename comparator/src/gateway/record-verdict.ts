import type { ShadowQuestion } from '../operation.ts';
import type { Observation } from '../verdict/observation.ts';
import { timingsOf } from '../verdict/observe.ts';
import type { Shadow } from '../verdict/settle.ts';
import { isLong } from './comparison-thread.ts';
import { conclude, type Exchange } from './conclude.ts';
import type { Context, Gateway } from './gateway.ts';

/** The one way out of a request: one verdict, counted once, whatever breaks on the way. */
export function settleAndRecord(
  context: Context,
  shadow: Shadow,
  question: ShadowQuestion | null = null,
): void {
  const exchange = exchangeOf(context, shadow);
  let observation: Observation;
  try {
    observation = conclude(context.ready, exchange, () => sealedQuestion(context, question));
  } catch (error) {
    observation = broken(context, exchange, error);
  }
  record(context.gateway, observation);
}

/** The same of a shadow that was asked: long answers are compared elsewhere, so that nobody waits for them. */
export async function settleAsked(context: Context, shadow: Shadow, question: ShadowQuestion): Promise<void> {
  const { gateway, ready, primary } = context;
  if (!isLong({ primary, shadow })) return settleAndRecord(context, shadow, question);
  const exchange = exchangeOf(context, shadow);
  const { operation, rulesVersion } = ready;
  const concluded = await Promise.try(() => {
    const sealed = sealedQuestion(context, question);
    return gateway.thread.conclude({ operation: operation.name, rulesVersion, exchange, sealed });
  }).catch((error: unknown) => broken(context, exchange, error));
  if (concluded === 'full')
    return settleAndRecord(context, { kind: 'dropped', because: 'overload' }, question);
  record(gateway, concluded);
}

function exchangeOf({ gateway, decision, request, trace, primary }: Context, shadow: Shadow): Exchange {
  const { traceId } = trace;
  return { at: gateway.now(), decision, request, traceId, primary, shadow, caseId: gateway.newId() };
}

function sealedQuestion(
  { gateway, ready, request }: Context,
  question: ShadowQuestion | null,
): string | null {
  if (gateway.seal === null || question === null) return null;
  const { method, path, body = null, isPinned } = question;
  const { subject } = request;
  return gateway.seal({ operation: ready.operation.name, method, path, body, isPinned, subject });
}

function record(gateway: Gateway, observation: Observation): void {
  gateway.recorder.settled(observation);
  const { operation, decision, verdict, record: kept } = observation;
  if (kept === null) return;
  const { id: caseId, traceId, failure } = kept;
  const where = kept.differences.map((d) => `${d.generalPath} ${d.kind} ${d.class}`);
  const { stage, primary } = decision;
  gateway.log.warn({ caseId, traceId, operation, stage, primary, verdict, failure, where }, 'compared');
}

/** Nothing can be said of a comparison that broke, but that it was due. */
function broken({ gateway, ready }: Context, exchange: Exchange, error: unknown): Observation {
  const operation = ready.operation.name;
  gateway.log.error(
    { err: error, operation },
    'a comparison broke: counted as dropped; correct the operations file or the engine',
  );
  const { at, decision } = exchange;
  const dropped = { verdict: 'dropped', because: 'fault', stratum: {}, record: null } as const;
  return { at, operation, decision, timings: timingsOf(exchange), ...dropped };
}
