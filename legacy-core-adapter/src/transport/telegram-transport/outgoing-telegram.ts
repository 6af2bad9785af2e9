import { koreanTime } from '../../../telegram/clock.ts';
import { CHANNEL_CODE, UNANSWERED } from '../../../telegram/codes.ts';
import { type Dialect, FIRST_DIALECT } from '../../../telegram/dialect.ts';
import { newGuid } from '../../../telegram/guid.ts';
import type { Header } from '../../../telegram/header.ts';
import type { Layout } from '../../../telegram/layout.ts';
import { newestOf, POLL, REFUSED } from '../../../telegram/messages/index.ts';
import { encodeRecord } from '../../../telegram/record.ts';
import { decodeBody, encodeTelegram } from '../../../telegram/telegram.ts';
import type { Exchange, LegacyAnswer, LegacyRequest } from '../legacy-transport.ts';

/** A telegram to send, and the reader of its answer. */
export type OutgoingTelegram<T> = {
  guid: string;
  /** Milliseconds from now after which an answer is useless. */
  withinMs: number;
  /** The telegram with its prefix. `withinMs` is the time that is left at the moment of sending. */
  encode: (withinMs: number) => Buffer;
  /** Reads the answer. If it throws, the answer counts as garbage. */
  read: (header: Header, telegram: Buffer) => T;
};

export function outgoingTelegram<Q extends Layout, A extends Layout>(
  { message: requested, body, guid, orgGuid = '', withinMs }: LegacyRequest<Q, A>,
  now: Date,
  dialect: Dialect = FIRST_DIALECT,
): OutgoingTelegram<LegacyAnswer<A>> {
  const message = newestOf(requested, dialect.layouts);
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

/** A poll only reads the core's clock. If that takes longer, the core is not ready. */
const POLL_WITHIN_MS = 2_000;

/** Exchanges one telegram for its answer: a session or a pool of sessions. */
export type Exchanger = { exchange<T>(telegram: OutgoingTelegram<T>): Promise<Exchange<T>> };

/** Polls a session in a dialect: true if the core answers that it and its database work. */
export function pollIn(dialect: Dialect): (session: Exchanger) => Promise<boolean> {
  return async (session) => {
    const request = { message: POLL, body: {}, guid: newGuid(), withinMs: POLL_WITHIN_MS };
    const exchange = await session.exchange(outgoingTelegram(request, new Date(), dialect));
    return exchange.kind === 'answered' && exchange.answer.done;
  };
}
