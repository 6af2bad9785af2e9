import type { Logger } from 'pino';
import type { Dialect } from '../../../telegram/dialect.ts';
import type { LegacyTransport, Send } from '../legacy-transport.ts';
import { type Exchanger, outgoingTelegram, pollIn } from './outgoing-telegram.ts';
import { SessionPool } from './session-pool.ts';
import type { Address } from './telegram-session.ts';

export type TelegramTransportSettings = Address & { dialect: Dialect; sessions: number; inFlight: number };

/** Telegrams in a pool of held sessions. */
export function telegramTransport(settings: TelegramTransportSettings, log: Logger): LegacyTransport {
  const { host, port, dialect, sessions, inFlight } = settings;
  const pool = new SessionPool({
    address: { host, port },
    log,
    random: Math.random,
    poll: pollIn(dialect),
    prefix: dialect.prefix,
    sessions,
    inFlight,
  });
  return {
    send: sendThrough(pool, log, dialect),
    isReady: () => pool.ready,
    counts: () => pool.counts(),
    stop: () => pool.stop(),
  };
}

/** Sends each request through the pool and writes one log line for it. The GUID of the line leads to the legacy core's own log. */
function sendThrough(pool: Exchanger, log: Logger, dialect: Dialect): Send {
  return async (traceId, request) => {
    const startedMs = performance.now();
    const exchange = await pool.exchange(outgoingTelegram(request, new Date(), dialect));
    const ms = Math.round(performance.now() - startedMs);
    const { guid, orgGuid, message } = request;
    const about = { traceId, guid, orgGuid, trCd: message.trCd, ms };
    if (exchange.kind === 'answered')
      log.info({ ...about, rspCd: exchange.answer.rspCd }, 'legacy core answered');
    else log.warn({ ...about, kind: exchange.kind, why: exchange.why }, 'legacy core did not answer');
    return exchange;
  };
}
