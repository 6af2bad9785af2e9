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
  try {
    record(
      context.gateway,
      conclude(context.ready, exchange, () => sealedQuestion(context, question)),
    );
  } catch (error) {
    recordBroken(context, exchange, error);
  }
}

/** The same of a shadow that answered: long answers are compared elsewhere, so that nobody waits for them. */
export async function settleAnswered(
  context: Context,
  shadow: Shadow,
  question: ShadowQuestion,
): Promise<void> {
  const exchange = exchangeOf(context, shadow);
  const { thread } = context.gateway;
  if (thread === null || !isLong(exchange)) return settleAndRecord(context, shadow, question);
  const sealed = sealedQuestion(context, question);
  const operation = context.ready.operation.name;
  try {
    record(context.gateway, await thread.conclude({ operation, exchange, sealed }));
  } catch (error) {
    recordBroken(context, exchange, error);
  }
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

function recordBroken({ gateway, ready }: Context, exchange: Exchange, error: unknown): void {
  const operation = ready.operation.name;
  gateway.log.error(
    { err: error, operation },
    'a comparison broke: counted as dropped; correct the operations file or the engine',
  );
  const { at, decision } = exchange;
  const timings = timingsOf(exchange);
  const dropped = { verdict: 'dropped', because: 'fault', stratum: {}, record: null } as const;
  gateway.recorder.settled({ at, operation, decision, timings, ...dropped });
}
