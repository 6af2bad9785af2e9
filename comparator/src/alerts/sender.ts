import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import type { Logger } from 'pino';
import { claimAlert, markFailed, markSent, writeDigests } from './outbox.sql.ts';
import type { SendMessage } from './slack.ts';

/** How often due messages are read. A new message wakes the sender at once. */
const POLL_MS = 1_000;
/** Slack accepts about one message a second from a webhook. */
const PAUSE_BETWEEN_MESSAGES_MS = 1_000;
const FIRST_BACK_OFF_MS = 1_000;
/** Longest pause while Slack does not answer. The sender never gives up a message. */
const MAX_BACK_OFF_MS = 60_000;

export type AlertSender = { wake(): void; stop(): Promise<void> };

export type AlertSenderOptions = {
  pool: pg.Pool;
  send: SendMessage;
  /** Shortest time between two digests of a signature. */
  digestSeconds: number;
  adminUrl: string;
  log: Logger;
};

/**
 * Sends stored alerts, one at a time, until Slack accepted each of them. Several senders may run at the same time. If a
 * sender dies after sending and before marking the message as sent, the message is sent twice.
 */
export function startAlertSender(options: AlertSenderOptions): AlertSender {
  const { pool, digestSeconds, adminUrl, log } = options;
  const stop = new AbortController();
  let wakeUp = new AbortController(); // stays aborted until the next pause, so that no wake-up is lost
  let isFailing = false;
  const pauseFor = (ms: number, ...signals: AbortSignal[]) =>
    pause(ms, undefined, { signal: AbortSignal.any([stop.signal, ...signals]) }).catch(() => undefined);

  const round = async (): Promise<void> => {
    await writeDigests(pool, digestSeconds, adminUrl);
    if (await sendNext(options)) return pauseFor(PAUSE_BETWEEN_MESSAGES_MS);
    await pauseFor(POLL_MS, wakeUp.signal);
    if (wakeUp.signal.aborted) wakeUp = new AbortController();
  };
  const run = async (): Promise<void> => {
    while (!stop.signal.aborted) {
      try {
        await round();
        if (isFailing) log.info('alerts are sent again');
        isFailing = false;
      } catch (error) {
        if (!isFailing)
          log.error({ err: error }, 'alerts cannot be read from the database: the sender tries again');
        isFailing = true;
        await pauseFor(POLL_MS);
      }
    }
  };
  const running = run();
  return {
    wake: () => wakeUp.abort(),
    stop: () => {
      stop.abort();
      return running;
    },
  };
}

/** Sends the next due message; false if there was none or if it failed. */
async function sendNext({ pool, send, log }: AlertSenderOptions): Promise<boolean> {
  const alert = await claimAlert(pool);
  if (alert === null) return false;
  const outcome = await send(alert.message);
  if (outcome.kind === 'sent') {
    await markSent(pool, alert.id);
    return true;
  }
  const backOffMs = Math.min(FIRST_BACK_OFF_MS * 2 ** Math.min(alert.attempts - 1, 16), MAX_BACK_OFF_MS);
  const retryInMs = outcome.retryAfterMs ?? backOffMs;
  await markFailed(pool, alert.id, outcome.why, retryInMs);
  log.warn(
    { alert: alert.id, attempts: alert.attempts, why: outcome.why, retryInMs },
    'Slack did not accept an alert: the sender tries again',
  );
  return false;
}
