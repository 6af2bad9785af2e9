import { setTimeout as pause } from 'node:timers/promises';
import { IncomingWebhook } from '@slack/webhook';
import type { Logger } from 'pino';
import { type Announce, newsText } from './announce.ts';

const SEND_TIMEOUT_MS = 5_000;
/** A ramp has a handful of changes a day; more than this waiting means that Slack has been away for days. */
const MAX_WAITING = 100;
/** Tried again with doubling pauses up to this. */
const MAX_PAUSE_MS = 60_000;
const FIRST_PAUSE_MS = 1_000;

export type SlackAnnouncer = {
  announce: Announce;
  /** Waits for what is to be sent, at most so long. */
  stop(withinMs: number): Promise<void>;
};

/** Sends one message after the other, in order, until Slack takes it. The audit log has it all; this is to be read. */
export function slackAnnouncer(webhookUrl: string, flag: string, log: Logger): SlackAnnouncer {
  const webhook = new IncomingWebhook(webhookUrl, { timeout: SEND_TIMEOUT_MS });
  const waiting: string[] = [];
  const stopping = new AbortController();
  let sending: Promise<void> | null = null;

  const send = async (): Promise<void> => {
    let pauseMs = FIRST_PAUSE_MS;
    for (let text = waiting[0]; text !== undefined && !stopping.signal.aborted; text = waiting[0]) {
      try {
        await webhook.send({ text, blocks: [{ type: 'section', text: { type: 'mrkdwn', text } }] });
        waiting.shift();
        pauseMs = FIRST_PAUSE_MS;
      } catch (error) {
        log.warn(
          { why: (error as Error).message, waiting: waiting.length },
          'Slack did not take a message: again soon',
        );
        await pause(pauseMs, undefined, { signal: stopping.signal }).catch(() => undefined);
        pauseMs = Math.min(MAX_PAUSE_MS, pauseMs * 2);
      }
    }
    sending = null;
  };
  return {
    announce(news) {
      waiting.push(newsText(flag, news));
      if (waiting.length > MAX_WAITING) waiting.splice(1, 1); // the oldest may be under way
      sending ??= send();
    },
    async stop(withinMs) {
      const timer = setTimeout(() => stopping.abort(), withinMs);
      await sending;
      clearTimeout(timer);
    },
  };
}
