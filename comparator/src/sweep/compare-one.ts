import { randomUUID } from 'node:crypto';
import type { Decision } from '@core-exit/rollout';
import type { CompiledOperation } from '../gateway/compiled-operation.ts';
import type { CoreClient } from '../gateway/core-client.ts';
import { decoded } from '../gateway/decode.ts';
import { type Trace, traceOf } from '../gateway/trace.ts';
import type { CoreName, GatewayRequest, Operation, OperationsFile } from '../operation.ts';
import type { Call } from '../verdict/call.ts';
import type { Observation } from '../verdict/observation.ts';
import { type ObservationInput, observe } from '../verdict/observe.ts';
import { type Shadow, settle } from '../verdict/settle.ts';

/** Deadline of one call of a sweep. Longer than the gateway's, because no customer waits for the answer. */
const DEADLINE_MS = 10_000;

export type ComparisonParts = {
  service: OperationsFile;
  compiled: CompiledOperation;
  cores: Readonly<Record<CoreName, CoreClient>>;
  serviceToken: string;
  now: () => Date;
  /** Called for each id at which the operations file fails. */
  onFault: (error: unknown) => void;
};

/** `businessDate`: the date of the state that both cores answered from; null when the answer names none. */
export type SweepResult = { observation: Observation; businessDate: string | null };

/**
 * Compares both cores for one id. The legacy core gets the request as the gateway would send it, and the new core gets the
 * shadow request for that answer, so both answer from the same state. The verdict is given and masked as in the gateway.
 * Never throws: an id at which the operations file fails is `dropped`, so that the sweep continues.
 */
export async function compareOne(parts: ComparisonParts, id: string): Promise<SweepResult> {
  const decision = {
    primary: 'legacy',
    shadow: true,
    stage: 'sweep',
    since: parts.now().toISOString(),
    reason: 'stage-moves-no-money',
  } as const;
  try {
    return await compare(parts, id, decision);
  } catch (error) {
    parts.onFault(error);
    const observation: Observation = {
      at: parts.now(),
      operation: parts.compiled.operation.name,
      decision,
      stratum: {},
      verdict: 'dropped',
      because: 'fault',
      timings: [],
      record: null,
    };
    return { observation, businessDate: null };
  }
}

async function compare(parts: ComparisonParts, id: string, decision: Decision): Promise<SweepResult> {
  const { operation, mask, rulesVersion, termsOn } = parts.compiled;
  const at = parts.now();
  const trace = traceOf(undefined);
  const request = requestOf(operation, id);
  const send = sender(parts, request, trace);
  const primary = await send('legacy', request.method, request.path);
  const answer = primary.kind === 'answered' && primary.answer.status < 500 ? primary.answer : null;
  const shadowRequest = operation.shadow(request, answer);
  const shadow: Shadow =
    shadowRequest === null
      ? { kind: 'not-called' }
      : {
          kind: 'called',
          call: await send('new', shadowRequest.method, shadowRequest.path, shadowRequest.body),
          isPinned: shadowRequest.isPinned,
        };
  const terms = termsOn(at);
  const { traceId } = trace;
  const input: ObservationInput = {
    at,
    decision,
    operation,
    mask,
    terms,
    rulesVersion,
    request,
    traceId,
    primary,
    shadow,
  };
  const businessDate = answer === null ? null : (operation.businessDate?.(answer) ?? null);
  return { observation: observe(input, settle(primary, shadow, terms), randomUUID()), businessDate };
}

/** The request for one id: the id replaces the parameter in the path of the operation. */
function requestOf({ method, path }: Operation, id: string): GatewayRequest {
  const param = /:([A-Za-z0-9_]+)/.exec(path)?.[1] ?? 'id';
  return {
    method,
    path: path.replace(/:[A-Za-z0-9_]+/, encodeURIComponent(id)),
    params: { [param]: id },
    headers: {},
    rawHeaders: [],
    body: new Uint8Array(0),
    subject: null,
  };
}

function sender({ service, cores, serviceToken }: ComparisonParts, request: GatewayRequest, trace: Trace) {
  const headers = [
    ...Object.entries(service.credentials(serviceToken, null, request)).flat(),
    'traceparent',
    trace.traceparent,
    'accept',
    'application/json',
  ];
  return async (core: CoreName, method: string, path: string, body: string | null = null): Promise<Call> => {
    const typed = body === null ? headers : [...headers, 'content-type', 'application/json'];
    return decoded(await cores[core].call({ method, path, headers: typed, body }, DEADLINE_MS));
  };
}
