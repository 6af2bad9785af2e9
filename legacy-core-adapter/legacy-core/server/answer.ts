import type { Logger } from 'pino';
import { koreanTime } from '../../telegram/clock.ts';
import { Malformed, Unencodable } from '../../telegram/codec-errors.ts';
import { type ResponseCode, TR_CODES } from '../../telegram/codes.ts';
import { type Header, headerVersionOf, type Version } from '../../telegram/header.ts';
import { MESSAGES } from '../../telegram/messages/index.ts';
import type { LengthPrefix } from '../../telegram/prefix.ts';
import { decodeHeader, encodeTelegram, messageVersionOf } from '../../telegram/telegram.ts';
import type { StoredFunctions } from '../stored-functions.sql.ts';
import { type Reply, rejected } from './reply.ts';
import { codeOfFault } from './response-code.ts';
import { type Request, TRANSACTIONS } from './transactions.ts';

export type AnswerContext = {
  functions: StoredFunctions;
  log: Logger;
  /** Wall clock, for the time of sending in the header. */
  now: () => Date;
  /** Milliseconds of a clock that never steps. */
  monotonicMs: () => number;
  /** Whether the core answers as of a past basis. */
  pins: () => boolean;
  prefix: LengthPrefix;
};

/** The header of a telegram. Null if the header is unreadable; then no answer is possible and the session must end. */
export function readHeader(telegram: Buffer, { log }: Pick<AnswerContext, 'log'>): Header | null {
  try {
    return decodeHeader(telegram);
  } catch (fault) {
    log.warn({ err: fault }, 'unreadable header: the session is closed');
    return null;
  }
}

/** The answer to one telegram, with its prefix. Never throws. */
export async function answerTo(telegram: Buffer, header: Header, context: AnswerContext): Promise<Buffer> {
  const startedMs = context.monotonicMs();
  const remainingMs = () => Number(header.TMO_MS) - (context.monotonicMs() - startedMs);
  const reply = await replyTo({ header, telegram, remainingMs, pins: context.pins() }, context);
  const ms = Math.round(context.monotonicMs() - startedMs);
  const level = header.TR_CD === 'COM0000' ? 'debug' : 'info';
  context.log[level]({ guid: header.GUID, trCd: header.TR_CD, rspCd: reply.head.RSP_CD, ms }, 'answered');
  try {
    return encodeAnswer(telegram, header, reply, context);
  } catch (fault) {
    context.log.error(
      { guid: header.GUID, trCd: header.TR_CD, err: fault },
      'the answer could not be written',
    );
    return rejection(telegram, header, 'E906', context);
  }
}

/** The answer that refuses a request with a code, without executing the request. */
export function rejection(
  telegram: Buffer,
  header: Header,
  code: ResponseCode,
  context: Pick<AnswerContext, 'now' | 'prefix'>,
): Buffer {
  return encodeAnswer(telegram, header, rejected(code), context);
}

/** Encodes an answer. Its header repeats the header of the request, in the same version. */
function encodeAnswer(
  telegram: Buffer,
  request: Header,
  { head, body }: Reply,
  { now, prefix }: Pick<AnswerContext, 'now' | 'prefix'>,
): Buffer {
  const header: Header = { ...request, RQ_RS: 'R', TR_TM: koreanTime(now()).time, ...head };
  const layouts = headerVersionOf(telegram);
  return encodeTelegram(header, body, { prefix, layouts }, versionOf(telegram));
}

/** The version of the request's message. An unknown version is refused with a message of the first version. */
function versionOf(telegram: Buffer): Version {
  try {
    return messageVersionOf(telegram);
  } catch {
    return 1;
  }
}

async function replyTo(request: Request, { functions, log }: AnswerContext): Promise<Reply> {
  const { GUID, TR_CD, RQ_RS } = request.header;
  if (RQ_RS !== 'Q') return rejected('E901', 'RQ_RS: an answer instead of a request');
  if (!isKnown(TR_CD)) return rejected('E902');
  try {
    return await TRANSACTIONS[TR_CD](functions, request);
  } catch (fault) {
    if (fault instanceof Malformed) {
      log.warn({ guid: GUID, trCd: TR_CD, field: fault.field }, 'malformed telegram refused');
      return rejected('E901', fault.message);
    }
    const code =
      fault instanceof Unencodable ? 'E906' : codeOfFault(fault, { moves: TR_CD === TR_CODES.payout });
    const isExpected = code === 'E501' || code === 'E502' || code === 'E503';
    log[isExpected ? 'warn' : 'error'](
      { guid: GUID, trCd: TR_CD, rspCd: code, err: fault },
      'transaction failed',
    );
    return rejected(code);
  }
}

function isKnown(trCd: string): trCd is keyof typeof MESSAGES {
  return Object.hasOwn(MESSAGES, trCd);
}
