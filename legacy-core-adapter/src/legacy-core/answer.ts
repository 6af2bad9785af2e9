import type { Logger } from 'pino';
import { koreanTime } from '../telegram/clock.ts';
import { TR_CODES } from '../telegram/codes.ts';
import { Malformed, Unencodable } from '../telegram/faults.ts';
import type { Header } from '../telegram/header.ts';
import { MESSAGES } from '../telegram/messages/index.ts';
import { decodeHeader, encodeTelegram } from '../telegram/telegram.ts';
import type { Database } from './database.ts';
import { codeOfFault } from './fault-codes.ts';
import { type Reply, rejected } from './reply.ts';
import { type Request, TRANSACTIONS } from './transactions.ts';

export type AnswerContext = {
  database: Database;
  log: Logger;
  /** Wall clock for the header's time of sending. */
  now: () => Date;
  /** Milliseconds of a clock that never jumps. */
  monotonicMs: () => number;
};

/**
 * The answer to one telegram, ready for the line; null if its header cannot be read, for then nobody can be
 * answered and the session must end. Never throws.
 */
export async function answerTo(telegram: Buffer, context: AnswerContext): Promise<Buffer | null> {
  const startedMs = context.monotonicMs();
  let header: Header;
  try {
    header = decodeHeader(telegram);
  } catch (fault) {
    context.log.warn({ err: fault }, 'unreadable header: the session is closed');
    return null;
  }
  const remainingMs = () => Number(header.TMO_MS) - (context.monotonicMs() - startedMs);
  const reply = await replyTo({ header, telegram, remainingMs }, context);
  const ms = Math.round(context.monotonicMs() - startedMs);
  const level = header.TR_CD === 'COM0000' ? 'debug' : 'info';
  context.log[level]({ guid: header.GUID, trCd: header.TR_CD, rspCd: reply.head.RSP_CD, ms }, 'answered');
  try {
    return written(header, reply, context.now());
  } catch (fault) {
    context.log.error(
      { guid: header.GUID, trCd: header.TR_CD, err: fault },
      'the answer could not be written',
    );
    return written(header, rejected('E906'), context.now());
  }
}

/** The answer's header repeats its request's. */
function written(request: Header, { head, body }: Reply, now: Date): Buffer {
  return encodeTelegram({ ...request, RQ_RS: 'R', TR_TM: koreanTime(now).time, ...head }, body);
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
