import type { Logger } from 'pino';
import type { Ask, LegacyAnswer, Question } from '../telegram-transport/telegram-transport.ts';
import { Breaker } from '../circuit-breaker.ts';
import { LineCounts } from '../transport-counts.ts';
import type { Exchange } from '../telegram-transport/telegram-session.ts';
import { UNANSWERED } from '../../../telegram/codes.ts';
import { Malformed } from '../../../telegram/faults.ts';
import type { Layout, Values } from '../../../telegram/layout.ts';
import { REFUSED } from '../../../telegram/messages/index.ts';
import { encodeRecord } from '../../../telegram/record.ts';
import { at, parsed, type Tree, textOf, written } from './document.ts';
import type { MappedOperation, Mapping } from './mapping.ts';
import { filled, valuesOf, wordFor } from './field-values.ts';

/** The largest answer is a few kB; more is garbage. */
const MAX_ANSWER_BYTES = 64 * 1024;
/** Calls in flight at the legacy core; more are refused at once. */
const MAX_IN_FLIGHT = 128;

export type Mapped = { ask: Ask; counts: () => Record<string, number> };

/**
 * Asks a legacy core that speaks HTTP, by its mapping alone: the flows above see the same messages as over telegrams.
 * A refused connection proves that nothing was sent; after anything else the outcome of a payout is unknown. What
 * could not be written as a telegram is not sent either: Unencodable, with the name of its field.
 */
export function askByMapping(url: string, mapping: Mapping, log: Logger): Mapped {
  const counts = new LineCounts();
  const breaker = new Breaker(() => {
    counts.add('circuitOpened');
    log.error('the legacy core does not answer: circuit open, callers are told to come back');
  });
  let inFlight = 0;

  const ask = async <Q extends Layout, A extends Layout>(
    traceId: string,
    question: Question<Q, A>,
  ): Promise<Exchange<LegacyAnswer<A>>> => {
    if (inFlight >= MAX_IN_FLIGHT) return { kind: 'not-sent', why: 'too many calls in flight' };
    inFlight += 1;
    const startedMs = performance.now();
    const exchange = await breaker
      .call(() => asked(url, mapping, question, counts))
      .finally(() => {
        inFlight -= 1;
      });
    counts.add(
      exchange.kind === 'answered' ? 'answered' : exchange.kind === 'no-answer' ? 'noAnswer' : 'notSent',
    );
    const about = { traceId, guid: question.guid, trCd: question.message.trCd };
    const ms = Math.round(performance.now() - startedMs);
    if (exchange.kind === 'answered')
      log.info({ ...about, ms, rspCd: exchange.answer.rspCd }, 'legacy core answered');
    else log.warn({ ...about, ms, why: exchange.why }, 'legacy core did not answer');
    return exchange;
  };
  return { ask, counts: () => ({ ...counts.all(), underWay: inFlight }) };
}

async function asked<Q extends Layout, A extends Layout>(
  url: string,
  mapping: Mapping,
  question: Question<Q, A>,
  counts: LineCounts,
): Promise<Exchange<LegacyAnswer<A>>> {
  const { message, body, guid, orgGuid = '', withinMs } = question;
  const operation = mapping.operations[message.trCd as keyof Mapping['operations']];
  if (operation === undefined) return { kind: 'not-sent', why: `${message.trCd} is not mapped` };
  encodeRecord(message.request, body); // as strict as a telegram; throws with the name of the field
  const head = { GUID: guid, ORG_GUID: orgGuid, TMO_MS: Math.floor(withinMs), RSP_CD: UNANSWERED };
  const request = written(filled(operation.request, { ...body, ...head }, mapping), mapping);
  counts.add('sent');
  try {
    const response = await fetch(new URL(operation.path, url), {
      method: 'POST',
      headers: { 'content-type': mapping.contentType, ...operation.headers },
      body: request,
      signal: AbortSignal.timeout(Math.ceil(withinMs)),
      redirect: 'error',
    });
    const bytes = await bodyOf(response);
    return { kind: 'answered', answer: answerOf(bytes, message.answer, operation, mapping) };
  } catch (fault) {
    if (neverConnected(fault)) return { kind: 'not-sent', why: 'the legacy core cannot be reached' };
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
  const tree = parsed(bytes, mapping);
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

/** A refusal that looked at no state names none. */
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

/** Only then was nothing sent: the connection itself was refused. */
function neverConnected(fault: unknown): boolean {
  const cause = fault instanceof Error ? (fault.cause as { code?: unknown } | undefined) : undefined;
  return ['ECONNREFUSED', 'ENOTFOUND', 'EHOSTUNREACH', 'UND_ERR_CONNECT_TIMEOUT'].includes(
    String(cause?.code),
  );
}
