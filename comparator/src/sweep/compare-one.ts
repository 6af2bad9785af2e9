import { randomUUID } from 'node:crypto';
import type { Decision } from '@core-exit/rollout';
import type { CompiledOperation } from '../gateway/compiled-operation.ts';
import type { CoreClient } from '../gateway/core-client.ts';
import { decoded } from '../gateway/decode.ts';
import { traceOf } from '../gateway/trace.ts';
import type { CoreName, GatewayRequest, OperationsFile } from '../operation.ts';
import type { Call } from '../verdict/call.ts';
import type { Observation } from '../verdict/observation.ts';
import { observe, type Seen } from '../verdict/observe.ts';
import { type Shadow, settle } from '../verdict/settle.ts';

/** A core may take this long for one quote of a sweep; nobody waits for it. */
const DEADLINE_MS = 10_000;

export type Asker = {
  service: OperationsFile;
  ready: CompiledOperation;
  cores: Readonly<Record<CoreName, CoreClient>>;
  serviceToken: string;
  now: () => Date;
  /** Told of each id for which the operations file broke. */
  onFault: (error: unknown) => void;
};

/** `businessDate`: of the state both cores answered from; null when the answer names none. */
export type Swept = { observation: Observation; businessDate: string | null };

/**
 * Puts one question to both cores: to the legacy core as the gateway may ask it, to the new one as the shadow of that
 * answer, so both answer from the same state. The verdict is given and masked as behind the gateway. Never throws: an
 * id at which the operations file breaks is `dropped`, and the sweep goes on.
 */
export async function askBoth(asker: Asker, id: string): Promise<Swept> {
  const decision = {
    primary: 'legacy',
    shadow: true,
    stage: 'sweep',
    since: asker.now().toISOString(),
    reason: 'stage-moves-no-money',
  } as const;
  try {
    return await compareOne(asker, id, decision);
  } catch (error) {
    asker.onFault(error);
    const observation: Observation = {
      at: asker.now(),
      operation: asker.ready.operation.name,
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

async function compareOne(asker: Asker, id: string, decision: Decision): Promise<Swept> {
  const { service, ready, cores, now } = asker;
  const { operation, mask, rulesVersion } = ready;
  const at = now();
  const trace = traceOf(undefined);
  const path = operation.path.replace(/:[A-Za-z0-9_]+/, encodeURIComponent(id));
  const param = /:([A-Za-z0-9_]+)/.exec(operation.path)?.[1] ?? 'id';
  const request: GatewayRequest = {
    method: operation.method,
    path,
    params: { [param]: id },
    headers: {},
    rawHeaders: [],
    body: new Uint8Array(0),
    subject: null,
  };
  const headers = [
    ...Object.entries(service.credentials(asker.serviceToken, null, request)).flat(),
    'traceparent',
    trace.traceparent,
    'accept',
    'application/json',
  ];
  const ask = async (
    core: CoreName,
    method: string,
    to: string,
    body: string | null = null,
  ): Promise<Call> => {
    const typed = body === null ? headers : [...headers, 'content-type', 'application/json'];
    return decoded(await cores[core].call({ method, path: to, headers: typed, body }, DEADLINE_MS));
  };
  const primary = await ask('legacy', operation.method, path);
  const answer = primary.kind === 'answered' && primary.answer.status < 500 ? primary.answer : null;
  const question = operation.shadow(request, answer);
  const shadow: Shadow =
    question === null
      ? { kind: 'not-asked' }
      : {
          kind: 'asked',
          call: await ask('new', question.method, question.path, question.body),
          isPinned: question.isPinned,
        };
  const terms = ready.termsOn(at);
  const { traceId } = trace;
  const seen: Seen = {
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
  return { observation: observe(seen, settle(primary, shadow, terms), randomUUID()), businessDate };
}
