import type { ShadowRequest } from '../operation.ts';
import type { Observation } from '../verdict/observation.ts';
import { timingsOf } from '../verdict/observe.ts';
import type { Shadow } from '../verdict/settle.ts';
import type { AnsweredRequest } from './answered-request.ts';
import type { CompiledOperation } from './compiled-operation.ts';
import { conclude, type Exchange } from './conclude.ts';
import type { Gateway } from './ports.ts';

/** Records the one verdict of a request, also when the operations file or the engine fails. */
export function recordVerdict(
  answered: AnsweredRequest,
  shadow: Shadow,
  shadowRequest: ShadowRequest | null = null,
): void {
  const exchange = exchangeOf(answered, shadow);
  let observation: Observation;
  try {
    observation = conclude(answered.compiled, exchange, () => encryptedRequest(answered, shadowRequest));
  } catch (error) {
    observation = failed(answered, exchange, error);
  }
  record(answered.gateway, observation);
}

/** Records the verdict of long answers, which another thread compares, so that no customer waits for the comparison. */
export async function recordLongComparison(
  answered: AnsweredRequest,
  shadow: Shadow,
  shadowRequest: ShadowRequest,
): Promise<void> {
  const { gateway, compiled } = answered;
  const exchange = exchangeOf(answered, shadow);
  const { operation, rulesVersion } = compiled;
  const concluded = await Promise.try(() => {
    const encrypted = encryptedRequest(answered, shadowRequest);
    return gateway.thread.conclude({ operation: operation.name, rulesVersion, exchange, encrypted });
  }).catch((error: unknown) => failed(answered, exchange, error));
  if (concluded === 'full') {
    return recordVerdict(answered, { kind: 'dropped', because: 'overload' }, shadowRequest);
  }
  record(gateway, concluded);
}

/**
 * Records a request that the gateway refused because too many were under way. The request counts as dropped, so that the
 * evidence shows the overload and the verdicts add up to the requests.
 */
export function recordRefused(gateway: Gateway, { operation }: CompiledOperation): void {
  gateway.recorder.requested();
  gateway.recorder.settled({
    at: gateway.now(),
    operation: operation.name,
    decision: gateway.rollout.decide(null),
    stratum: {},
    verdict: 'dropped',
    because: 'overload',
    timings: [],
    record: null,
  });
}

function exchangeOf(answered: AnsweredRequest, shadow: Shadow): Exchange {
  const { gateway, decision, request, trace, isCompressed } = answered;
  const { traceId } = trace;
  // What is still compressed cannot be read, so it has no stratum.
  const primary = isCompressed ? { ...answered.primary, uncompared: 'encoding' as const } : answered.primary;
  return { at: gateway.now(), decision, request, traceId, primary, shadow, caseId: gateway.newId() };
}

function encryptedRequest(
  { gateway, compiled, request }: AnsweredRequest,
  shadowRequest: ShadowRequest | null,
): string | null {
  if (gateway.encryptRequest === null || shadowRequest === null) return null;
  const { method, path, body = null, isPinned } = shadowRequest;
  const { subject } = request;
  return gateway.encryptRequest({
    operation: compiled.operation.name,
    method,
    path,
    body,
    isPinned,
    subject,
  });
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

/** The observation of a comparison that failed: dropped, with the reason `fault`. */
function failed({ gateway, compiled }: AnsweredRequest, exchange: Exchange, error: unknown): Observation {
  const operation = compiled.operation.name;
  gateway.log.error(
    { err: error, operation },
    'a comparison failed and is counted as dropped: correct the operations file or the engine',
  );
  const { at, decision } = exchange;
  const dropped = { verdict: 'dropped', because: 'fault', stratum: {}, record: null } as const;
  return { at, operation, decision, timings: timingsOf(exchange), ...dropped };
}
