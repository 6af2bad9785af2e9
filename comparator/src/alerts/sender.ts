import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import type { Logger } from 'pino';
import { claimAlert, markFailed, markSent, writeDigests } from './outbox.ts';
import type { SendMessage } from './slack.ts';

/** Looked at this often for messages that became due; a new one wakes the sender at once. */
const POLL_MS = 1_000;
/** Slack takes about one message a second of a webhook. */
const PAUSE_BETWEEN_MESSAGES_MS = 1_000;
const FIRST_BACK_OFF_MS = 1_000;
/** While Slack is away for long. A message is never given up. */
const MAX_BACK_OFF_MS = 60_000;

export type AlertSender = { wake(): void; stop(): Promise<void> };

export type AlertSenderOptions = {
  pool: pg.Pool;
  send: SendMessage;
  /** Repeats of a signature are told at most this often. */
  digestSeconds: number;
  adminUrl: string;
  log: Logger;
};

/**
 * Sends stored alerts, one at a time, until each was taken. Two senders share the work; one that dies after sending
 * and before saying so sends twice. Nothing waits for it.
 */
export function startAlertSender(options: AlertSenderOptions): AlertSender {
  const { pool, digestSeconds, adminUrl, log } = options;
  const stop = new AbortController();
  let bell = new AbortController(); // once rung it stays rung until a pause has heard it
  let hasTrouble = false;
  const pauseFor = (ms: number, ...signals: AbortSignal[]) =>
    pause(ms, undefined, { signal: AbortSignal.any([stop.signal, ...signals]) }).catch(() => undefined);

  const round = async (): Promise<void> => {
    await writeDigests(pool, digestSeconds, adminUrl);
    if (await sendNext(options)) return pauseFor(PAUSE_BETWEEN_MESSAGES_MS);
    await pauseFor(POLL_MS, bell.signal);
    if (bell.signal.aborted) bell = new AbortController();
  };
  const run = async (): Promise<void> => {
    while (!stop.signal.aborted) {
      try {
        await round();
        if (hasTrouble) log.info('alerts go on');
        hasTrouble = false;
      } catch (error) {
        if (!hasTrouble) log.error({ err: error }, 'alerts cannot be read from the database: trying on');
        hasTrouble = true;
        await pauseFor(POLL_MS);
      }
    }
  };
  const running = run();
  return {
    wake: () => bell.abort(),
    stop: () => {
      stop.abort();
      return running;
    },
  };
}

/** Sends the next message that is due; false when there was none, or it failed. */
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
    'Slack did not take an alert',
  );
  return false;
}
