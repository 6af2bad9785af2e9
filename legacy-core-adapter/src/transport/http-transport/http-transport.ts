import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from 'pino';
import { Malformed } from '../../../telegram/codec-errors.ts';
import { UNANSWERED } from '../../../telegram/codes.ts';
import { newGuid } from '../../../telegram/guid.ts';
import type { Layout, Values } from '../../../telegram/layout.ts';
import { POLL, REFUSED } from '../../../telegram/messages/index.ts';
import { encodeRecord } from '../../../telegram/record.ts';
import { CircuitBreaker } from '../circuit-breaker.ts';
import type { Exchange, LegacyAnswer, LegacyRequest, LegacyTransport } from '../legacy-transport.ts';
import { TransportCounts } from '../transport-counts.ts';
import { at, parseDocument, type Tree, textOf, writeDocument } from './document.ts';
import { filled, valuesOf, wordFor } from './field-values.ts';
import { type MappedOperation, type Mapping, readMapping } from './mapping.ts';

/** The largest answer has a few kB; more is garbage. */
const MAX_ANSWER_BYTES = 64 * 1024;
/** Calls in flight at the legacy core; further calls are refused at once. */
const MAX_IN_FLIGHT = 128;
/** HTTP has no held session that shows whether the core is there, so this transport polls the core. */
const POLL_EVERY_MS = 1_000;
const POLL_WITHIN_MS = 2_000;

/** A legacy core that speaks HTTP, by its mapping file. */
export async function httpTransport(
  { url, mappingFile }: { url: string; mappingFile: string },
  log: Logger,
): Promise<LegacyTransport> {
  const { send, counts } = sendByMapping(url, await readMapping(mappingFile), log);
  const stopping = new AbortController();
  let isReady = false;

  async function poll(): Promise<void> {
    while (!stopping.signal.aborted) {
      const request = { message: POLL, body: {}, guid: newGuid(), withinMs: POLL_WITHIN_MS };
      const exchange = await send('poll', request);
      isReady = exchange.kind === 'answered' && exchange.answer.done;
      await pause(POLL_EVERY_MS, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  }
  const polling = poll();
  return {
    send,
    isReady: () => isReady,
    counts,
    async stop() {
      stopping.abort();
      await polling;
    },
  };
}

/**
 * Sends requests as documents that the mapping describes, so that a flow uses the same messages as over telegrams. A refused
 * connection proves that nothing was sent; after any other failure the outcome of a payout is unknown. A value that no
 * telegram could hold is not sent either: the call throws Unencodable with the name of the field.
 */
export function sendByMapping(
  url: string,
  mapping: Mapping,
  log: Logger,
): Pick<LegacyTransport, 'send' | 'counts'> {
  const counts = new TransportCounts();
  const breaker = new CircuitBreaker(() => {
    counts.add('circuitOpened');
    log.error('the legacy core does not answer: circuit open, callers get UNAVAILABLE');
  });
  let inFlight = 0;

  const send = async <Q extends Layout, A extends Layout>(
    traceId: string,
    request: LegacyRequest<Q, A>,
  ): Promise<Exchange<LegacyAnswer<A>>> => {
    if (inFlight >= MAX_IN_FLIGHT) return { kind: 'not-sent', why: 'too many calls in flight' };
    inFlight += 1;
    const startedMs = performance.now();
    const exchange = await breaker
      .call(() => post(url, mapping, request, counts))
      .finally(() => {
        inFlight -= 1;
      });
    counts.add(
      exchange.kind === 'answered' ? 'answered' : exchange.kind === 'no-answer' ? 'noAnswer' : 'notSent',
    );
    const about = { traceId, guid: request.guid, trCd: request.message.trCd };
    const ms = Math.round(performance.now() - startedMs);
    if (exchange.kind === 'answered')
      log.info({ ...about, ms, rspCd: exchange.answer.rspCd }, 'legacy core answered');
    else log.warn({ ...about, ms, why: exchange.why }, 'legacy core did not answer');
    return exchange;
  };
  return { send, counts: () => ({ ...counts.all(), underWay: inFlight }) };
}

async function post<Q extends Layout, A extends Layout>(
  url: string,
  mapping: Mapping,
  { message, body, guid, orgGuid = '', withinMs }: LegacyRequest<Q, A>,
  counts: TransportCounts,
): Promise<Exchange<LegacyAnswer<A>>> {
  const operation = mapping.operations[message.trCd as keyof Mapping['operations']];
  if (operation === undefined) return { kind: 'not-sent', why: `${message.trCd} is not mapped` };
  encodeRecord(message.request, body); // refuses a value that a telegram could not hold, by the name of its field
  const head = { GUID: guid, ORG_GUID: orgGuid, TMO_MS: Math.floor(withinMs), RSP_CD: UNANSWERED };
  const document = writeDocument(filled(operation.request, { ...body, ...head }, mapping), mapping);
  counts.add('sent');
  try {
    const response = await fetch(new URL(operation.path, url), {
      method: 'POST',
      headers: { 'content-type': mapping.contentType, ...operation.headers },
      body: document,
      signal: AbortSignal.timeout(Math.ceil(withinMs)),
      redirect: 'error',
    });
    const bytes = await bodyOf(response);
    return { kind: 'answered', answer: answerOf(bytes, message.answer, operation, mapping) };
  } catch (fault) {
    if (isNeverConnected(fault)) return { kind: 'not-sent', why: 'the legacy core cannot be reached' };
    if (fault instanceof Malformed) counts.add(fault.isCharset ? 'wrongCharset' : 'garbage');
    return { kind: 'no-answer', why: fault instanceof Error ? fault.message : String(fault) };
  }
}

function answerOf<A extends Layout>(
  bytes: Buffer,
  layout: A,
  { answer }: MappedOperation,
  mapping: Mapping,
): LegacyAnswer<A> {
  const tree = parseDocument(bytes, mapping);
  const raw = textOf(at(tree, answer.code));
  if (raw === null) throw new Malformed('RSP_CD', `is missing at ${answer.code}`);
  const rspCd = wordFor('RSP_CD', raw, mapping);
  if (rspCd === '0000') {
    const own = answer.at === undefined ? tree : at(tree, answer.at);
    return { done: true, rspCd, body: valuesOf(layout, own, answer, mapping) };
  }
  const { refused } = mapping;
  const own = refused.at === undefined ? tree : at(tree, refused.at);
  const body: Values<typeof REFUSED> = valuesOf(
    REFUSED,
    own,
    { fields: presentIn(own, refused.fields) },
    mapping,
  );
  return { done: false, rspCd, body };
}

/** A refusal has no basis if the core read no state. */
function presentIn(tree: Tree | undefined, fields: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(fields).filter(([, path]) => textOf(at(tree, path)) !== null));
}

async function bodyOf(response: Response): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += (chunk as Uint8Array).length;
    if (bytes > MAX_ANSWER_BYTES) throw new Malformed('document', `is longer than ${MAX_ANSWER_BYTES} bytes`);
    chunks.push(Buffer.from(chunk as Uint8Array));
  }
  return Buffer.concat(chunks);
}

/** Whether the connection itself failed, which proves that nothing was sent. */
function isNeverConnected(fault: unknown): boolean {
  const cause = fault instanceof Error ? (fault.cause as { code?: unknown } | undefined) : undefined;
  return ['ECONNREFUSED', 'ENOTFOUND', 'EHOSTUNREACH', 'UND_ERR_CONNECT_TIMEOUT'].includes(
    String(cause?.code),
  );
}
