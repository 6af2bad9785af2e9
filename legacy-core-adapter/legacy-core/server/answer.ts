import type { Logger } from 'pino';
import { koreanTime } from '../../telegram/clock.ts';
import { type ResponseCode, TR_CODES } from '../../telegram/codes.ts';
import { Malformed, Unencodable } from '../../telegram/faults.ts';
import { type Header, headerVersionOf, type Version } from '../../telegram/header.ts';
import { MESSAGES } from '../../telegram/messages/index.ts';
import type { LengthPrefix } from '../../telegram/prefix.ts';
import { decodeHeader, encodeTelegram, messageVersionOf } from '../../telegram/telegram.ts';
import type { Database } from '../stored-functions.sql.ts';
import { codeOfFault } from './response-code.ts';
import { type Reply, rejected } from './reply.ts';
import { type Request, TRANSACTIONS } from './transactions.ts';

export type AnswerContext = {
  database: Database;
  log: Logger;
  /** Wall clock for the header's time of sending. */
  now: () => Date;
  /** Milliseconds of a clock that never jumps. */
  monotonicMs: () => number;
  /** Whether it answers from a past basis when asked for one. */
  pins: () => boolean;
  prefix: LengthPrefix;
};

/** The header of a telegram; null if it cannot be read, for then nobody can be answered and the session must end. */
export function readable(telegram: Buffer, { log }: Pick<AnswerContext, 'log'>): Header | null {
  try {
    return decodeHeader(telegram);
  } catch (fault) {
    log.warn({ err: fault }, 'unreadable header: the session is closed');
    return null;
  }
}

/** The answer to one telegram, ready for the line. Never throws. */
export async function answerTo(telegram: Buffer, header: Header, context: AnswerContext): Promise<Buffer> {
  const startedMs = context.monotonicMs();
  const remainingMs = () => Number(header.TMO_MS) - (context.monotonicMs() - startedMs);
  const reply = await replyTo({ header, telegram, remainingMs, pins: context.pins() }, context);
  const ms = Math.round(context.monotonicMs() - startedMs);
  const level = header.TR_CD === 'COM0000' ? 'debug' : 'info';
  context.log[level]({ guid: header.GUID, trCd: header.TR_CD, rspCd: reply.head.RSP_CD, ms }, 'answered');
  try {
    return written(telegram, header, reply, context);
  } catch (fault) {
    context.log.error(
      { guid: header.GUID, trCd: header.TR_CD, err: fault },
      'the answer could not be written',
    );
    return rejection(telegram, header, 'E906', context);
  }
}

/** The answer that refuses a request with a code and does nothing else. */
export function rejection(
  telegram: Buffer,
  header: Header,
  code: ResponseCode,
  context: Pick<AnswerContext, 'now' | 'prefix'>,
): Buffer {
  return written(telegram, header, rejected(code), context);
}

/** The answer's header repeats its request's, in the version the request came in. */
function written(
  telegram: Buffer,
  request: Header,
  { head, body }: Reply,
  { now, prefix }: Pick<AnswerContext, 'now' | 'prefix'>,
): Buffer {
  const header: Header = { ...request, RQ_RS: 'R', TR_TM: koreanTime(now()).time, ...head };
  const layouts = headerVersionOf(telegram);
  return encodeTelegram(header, body, { prefix, layouts }, versionAnswered(telegram));
}

/** The version in which the message came; what is no version at all is refused in the words of the first. */
function versionAnswered(telegram: Buffer): Version {
  try {
    return messageVersionOf(telegram);
  } catch {
    return 1;
  }
}

async function replyTo(request: Request, { database, log }: AnswerContext): Promise<Reply> {
  const { GUID, TR_CD, RQ_RS } = request.header;
  if (RQ_RS !== 'Q') return rejected('E901', 'RQ_RS: an answer where a request is due');
  if (!isKnown(TR_CD)) return rejected('E902');
  try {
    return await TRANSACTIONS[TR_CD](database, request);
  } catch (fault) {
    if (fault instanceof Malformed) {
      log.warn({ guid: GUID, trCd: TR_CD, field: fault.field }, 'malformed telegram refused');
      return rejected('E901', fault.message);
    }
    const code =
      fault instanceof Unencodable ? 'E906' : codeOfFault(fault, { moves: TR_CD === TR_CODES.payout });
    const expected = code === 'E501' || code === 'E502' || code === 'E503';
    log[expected ? 'warn' : 'error'](
      { guid: GUID, trCd: TR_CD, rspCd: code, err: fault },
      'transaction failed',
    );
    return rejected(code);
  }
}

function isKnown(trCd: string): trCd is keyof typeof MESSAGES {
  return Object.hasOwn(MESSAGES, trCd);
}
