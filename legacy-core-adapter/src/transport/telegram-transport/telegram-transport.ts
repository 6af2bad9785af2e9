import { randomBytes } from 'node:crypto';
import type { Logger } from 'pino';
import { koreanTime } from '../../../telegram/clock.ts';
import { CHANNEL_CODE, UNANSWERED } from '../../../telegram/codes.ts';
import { type Dialect, FIRST_DIALECT } from '../../../telegram/dialect.ts';
import type { Layout, Values } from '../../../telegram/layout.ts';
import type { Message } from '../../../telegram/message.ts';
import { newestOf, POLL, REFUSED } from '../../../telegram/messages/index.ts';
import { encodeRecord } from '../../../telegram/record.ts';
import { decodeBody, encodeTelegram } from '../../../telegram/telegram.ts';
import type { Exchange, LineSession, Sent } from './telegram-session.ts';

/** The legacy core's answer: the body of the transaction when it was done, else the response code with the refusal's body. */
export type LegacyAnswer<A extends Layout = Layout> =
  | { done: true; rspCd: '0000'; body: Values<A> }
  | { done: false; rspCd: string; body: Values<typeof REFUSED> };

export type Question<Q extends Layout, A extends Layout> = {
  message: Message<Q, A>;
  body: Values<Q>;
  guid: string;
  /** The GUID an inquiry asks for. */
  orgGuid?: string;
  withinMs: number;
};

/** A new GUID: Korean date and time to the ms, the channel's code, and 48 random bits. */
export function newGuid(now: Date = new Date(), random: Buffer = randomBytes(6)): string {
  const { date, time } = koreanTime(now);
  return `${date}${time}`.replaceAll(/[^0-9]/g, '') + CHANNEL_CODE + random.toString('hex').toUpperCase();
}

/** A question as a telegram, with the reader of its answer. */
export function telegramOf<Q extends Layout, A extends Layout>(
  { message: asked, body, guid, orgGuid = '', withinMs }: Question<Q, A>,
  now: Date,
  dialect: Dialect = FIRST_DIALECT,
): Sent<LegacyAnswer<A>> {
  const message = newestOf(asked, dialect.layouts);
  const encoded = encodeRecord(message.request, body);
  const head = {
    GUID: guid,
    CHNL_CD: CHANNEL_CODE,
    TR_CD: message.trCd,
    RQ_RS: 'Q' as const,
    BIZ_DT: null,
    TR_TM: koreanTime(now).time,
    RSP_CD: UNANSWERED,
    MSG_ID: '',
    ORG_GUID: orgGuid,
  };
  return {
    guid,
    withinMs,
    encode: (leftMs) =>
      encodeTelegram({ ...head, TMO_MS: BigInt(Math.floor(leftMs)) }, encoded, dialect, message.version),
    read: ({ RSP_CD }, telegram) =>
      RSP_CD === '0000'
        ? { done: true, rspCd: RSP_CD, body: decodeBody(telegram, message.answer) }
        : { done: false, rspCd: RSP_CD, body: decodeBody(telegram, REFUSED) },
  };
}

/** What a flow needs to talk to the legacy core. */
export type Ask = <Q extends Layout, A extends Layout>(
  traceId: string,
  question: Question<Q, A>,
) => Promise<Exchange<LegacyAnswer<A>>>;

/** Sends questions on a line and writes one log line for each: the GUID leads to the legacy core's own logs. */
export function askOn(
  line: { exchange<T>(sent: Sent<T>): Promise<Exchange<T>> },
  log: Logger,
  dialect: Dialect = FIRST_DIALECT,
): Ask {
  return async (traceId, question) => {
    const startedMs = performance.now();
    const exchange = await line.exchange(telegramOf(question, new Date(), dialect));
    const ms = Math.round(performance.now() - startedMs);
    const { guid, orgGuid, message } = question;
    const about = { traceId, guid, orgGuid, trCd: message.trCd, ms };
    if (exchange.kind === 'answered')
      log.info({ ...about, rspCd: exchange.answer.rspCd }, 'legacy core answered');
    else log.warn({ ...about, kind: exchange.kind, why: exchange.why }, 'legacy core did not answer');
    return exchange;
  };
}

/** A poll is a clock reading; more than this means the core is not well. */
const POLL_WITHIN_MS = 2_000;

/** Whether the core says on a session that it and its database are well. */
export function pollIn(dialect: Dialect): (session: LineSession) => Promise<boolean> {
  return async (session) => {
    const question = { message: POLL, body: {}, guid: newGuid(), withinMs: POLL_WITHIN_MS };
    const exchange = await session.exchange(telegramOf(question, new Date(), dialect));
    return exchange.kind === 'answered' && exchange.answer.done;
  };
}

export const poll = pollIn(FIRST_DIALECT);
