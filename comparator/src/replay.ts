import { BadInput } from '@core-exit/process/faults';
import { compileOperation } from './gateway/compiled-operation.ts';
import type { CoreClient } from './gateway/core-client.ts';
import { decoded } from './gateway/decode.ts';
import { coreHeaders } from './gateway/headers.ts';
import { traceOf } from './gateway/trace.ts';
import type { CoreName, GatewayRequest, Operation, OperationsFile } from './operation.ts';
import type { Observation } from './verdict/observation.ts';
import { observe } from './verdict/observe.ts';
import { settle } from './verdict/settle.ts';
import type { StoredRequest } from './verdict/stored-request.ts';

const DEADLINE_MS = 10_000;

export type ReplayParts = {
  service: OperationsFile;
  cores: Readonly<Record<CoreName, CoreClient>>;
  serviceToken: string;
  now: () => Date;
  newId: () => string;
};

/**
 * Sends a stored request of the shadow to both cores and compares their answers of today. Only the shadow's request may be
 * sent again, because it changes nothing, whatever the customer's request was.
 */
export async function replay(stored: StoredRequest, parts: ReplayParts): Promise<Observation> {
  const { service, cores, now } = parts;
  const operation = operationOf(stored, service);
  const at = now();
  const { method, path, body, isPinned } = stored;
  const { request, trace, headers } = requestFor(stored, parts);
  const send = async (core: CoreName) =>
    decoded(await cores[core].call({ method, path, headers, body }, DEADLINE_MS));
  const [primary, call] = await Promise.all([send('legacy'), send('new')]);
  const { mask, rulesVersion, termsOn } = compileOperation(operation, at);
  const since = at.toISOString();
  const decision = {
    primary: 'legacy',
    shadow: true,
    stage: 'replay',
    since,
    reason: 'stage-moves-no-money',
  } as const;
  const shadow = { kind: 'called', call, isPinned } as const;
  const terms = termsOn(at);
  const { traceId } = trace;
  const seen = { at, decision, operation, mask, terms, rulesVersion, request, traceId, primary, shadow };
  return observe(seen, settle(primary, shadow, terms), parts.newId());
}

/** Throws {@link BadInput}. */
export function operationOf({ operation: name }: StoredRequest, service: OperationsFile): Operation {
  const operation = service.operations.find((one) => one.name === name);
  if (operation === undefined) {
    throw new BadInput('the operations file', [`it has no operation ${name} any more`]);
  }
  return operation;
}

/** The customer's request, as far as it is known, and the headers that both cores get on behalf of the customer. */
export function requestFor(
  { method, path, body, subject }: StoredRequest,
  { service, serviceToken }: Pick<ReplayParts, 'service' | 'serviceToken'>,
) {
  const request: GatewayRequest = {
    method,
    path,
    params: {},
    headers: {},
    rawHeaders: [],
    body: new Uint8Array(0),
    subject,
  };
  const trace = traceOf(undefined);
  const credentials = service.credentials(serviceToken, subject, request);
  return { request, trace, headers: coreHeaders(credentials, trace.traceparent, body !== null) };
}
