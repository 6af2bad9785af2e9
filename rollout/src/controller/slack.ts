import { setTimeout as delay } from 'node:timers/promises';
import { IncomingWebhook } from '@slack/webhook';
import type { Logger } from 'pino';
import type { DecisionRecord, Store } from '../store/store.ts';
import { type Announce, newsOf, newsText } from './announce.ts';

const SEND_TIMEOUT_MS = 5_000;
/** Of messages that no record stands behind: a ramp has a handful a day; more means that Slack has been away for days. */
const MAX_WAITING = 100;
/** Older records are history, not news: a webhook that is set late is not told all of it. */
const MAX_AGE_MS = 3 * 24 * 3_600_000;
/** Tried again with doubling pauses up to this. */
const MAX_PAUSE_MS = 60_000;
const FIRST_PAUSE_MS = 1_000;

export type SlackAnnouncer = {
  announce: Announce;
  /** Sends what is due, also of those who did not live to tell it. Neither waits nor throws. */
  tellDue(): void;
  /** Waits for what is to be sent, at most so long. */
  stop(withinMs: number): Promise<void>;
};

type Given = {
  webhookUrl: string;
  flag: string;
  store: Pick<Store, 'toTell' | 'told'>;
  /** Names this process among those who tell. */
  teller: string;
  log: Pick<Logger, 'warn'>;
  pause?: (ms: number, signal: AbortSignal) => Promise<void>;
};
/** `text` null: nothing to say, but done with. */
type Message = { text: string | null; done: () => Promise<void> };

/**
 * Sends one message after the other, oldest first, until Slack takes it. What is recorded is told from the record, with a
 * cursor beside it: a message is due until Slack took it, whoever made the move, and of several processes one sends it (again
 * only if it died between Slack's answer and its note of it). What no record stands behind waits in memory.
 */
export function slackAnnouncer({
  webhookUrl,
  flag,
  store,
  teller,
  log,
  pause = wait,
}: Given): SlackAnnouncer {
  const webhook = new IncomingWebhook(webhookUrl, { timeout: SEND_TIMEOUT_MS });
  const unrecorded: { at: number; text: string }[] = [];
  const stopping = new AbortController();
  let sending: Promise<void> | null = null;
  let isWanted = false;

  const next = async (): Promise<Message | null> => {
    const record = await store.toTell(teller).catch(() => null); // the database is away: the record stays due
    const [first] = unrecorded;
    if (first !== undefined && (record === null || first.at <= Date.parse(record.at))) {
      const done = async () => void unrecorded.splice(unrecorded.indexOf(first), 1);
      return { text: first.text, done };
    }
    return record === null
      ? null
      : { text: textOf(flag, record), done: () => store.told(teller, record.seq) };
  };
  const sendAll = async (): Promise<void> => {
    let pauseMs = FIRST_PAUSE_MS;
    while (!stopping.signal.aborted) {
      const message = await next();
      if (message === null) return;
      try {
        if (message.text !== null) await webhook.send(blockOf(message.text));
        await message.done();
        pauseMs = FIRST_PAUSE_MS;
      } catch (error) {
        log.warn({ why: (error as Error).message }, 'a message to Slack was not taken: again soon');
        await pause(pauseMs, stopping.signal);
        pauseMs = Math.min(MAX_PAUSE_MS, pauseMs * 2);
      }
    }
  };
  const tellDue = (): void => {
    isWanted = true;
    sending ??= (async () => {
      for (; isWanted && !stopping.signal.aborted; ) {
        isWanted = false;
        await sendAll();
      }
      sending = null;
    })();
  };
  return {
    tellDue,
    announce(news) {
      if (news.kind !== 'moved' || news.link === null) {
        unrecorded.push({ at: Date.now(), text: newsText(flag, news) });
        if (unrecorded.length > MAX_WAITING) unrecorded.splice(1, 1); // the oldest may be under way
      }
      tellDue();
    },
    async stop(withinMs) {
      const timer = setTimeout(() => stopping.abort(), withinMs);
      await sending;
      clearTimeout(timer);
    },
  };
}

function textOf(flag: string, record: DecisionRecord): string | null {
  if (Date.now() - Date.parse(record.at) > MAX_AGE_MS) return null;
  const news = newsOf(record);
  return news === null ? null : newsText(flag, news);
}

function blockOf(text: string) {
  return { text, blocks: [{ type: 'section', text: { type: 'mrkdwn', text } }] };
}

async function wait(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch(() => undefined);
}
