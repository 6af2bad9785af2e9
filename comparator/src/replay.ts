import { BadInput } from './faults.ts';
import type { CoreClient } from './gateway/core-client.ts';
import { decoded } from './gateway/decode.ts';
import { readyOperation } from './gateway/gateway.ts';
import { traceOf } from './gateway/trace.ts';
import type { CoreName, GatewayRequest, Operation, OperationsFile } from './operation.ts';
import type { Observation } from './verdict/observation.ts';
import { observe } from './verdict/observe.ts';
import { settle } from './verdict/settle.ts';
import type { SealedQuestion } from './verdict/stored-request.ts';

const DEADLINE_MS = 10_000;

export type ReplayParts = {
  service: OperationsFile;
  cores: Readonly<Record<CoreName, CoreClient>>;
  serviceToken: string;
  now: () => Date;
  newId: () => string;
};

/**
 * Puts a stored question of the shadow to both cores and compares what they say today. Only that question may be
 * asked: it moves nothing, whatever the request was that it stands for.
 */
export async function replay(question: SealedQuestion, parts: ReplayParts): Promise<Observation> {
  const { service, cores, now } = parts;
  const operation = operationOf(question, service);
  const at = now();
  const { method, path, body, isPinned } = question;
  const { request, trace, headers } = headersFor(question, parts);
  const ask = async (core: CoreName) =>
    decoded(await cores[core].call({ method, path, headers, body }, DEADLINE_MS));
  const [primary, call] = await Promise.all([ask('legacy'), ask('new')]);
  const { mask, rulesVersion, termsOn } = readyOperation(operation, at);
  const since = at.toISOString();
  const decision = {
    primary: 'legacy',
    shadow: true,
    stage: 'replay',
    since,
    reason: 'stage-moves-no-money',
  } as const;
  const shadow = { kind: 'asked', call, isPinned } as const;
  const terms = termsOn(at);
  const { traceId } = trace;
  const seen = { at, decision, operation, mask, terms, rulesVersion, request, traceId, primary, shadow };
  return observe(seen, settle(primary, shadow, terms), parts.newId());
}

/** Throws {@link BadInput}. */
export function operationOf({ operation: name }: SealedQuestion, service: OperationsFile): Operation {
  const operation = service.operations.find((one) => one.name === name);
  if (operation === undefined) {
    throw new BadInput('the operations file', [`it has no operation ${name} any more`]);
  }
  return operation;
}

/** With which both cores are asked on behalf of the customer whose question it was. */
export function headersFor(
  { method, path, body, subject }: SealedQuestion,
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
  const headers = [
    ...Object.entries(service.credentials(serviceToken, subject, request)).flat(),
    'traceparent',
    trace.traceparent,
    'accept',
    'application/json',
    ...(body === null ? [] : ['content-type', 'application/json']),
  ];
  return { request, trace, headers };
}
