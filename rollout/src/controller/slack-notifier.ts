import { setTimeout as delay } from 'node:timers/promises';
import { IncomingWebhook } from '@slack/webhook';
import type { Logger } from 'pino';
import type { DecisionRecord, Store } from '../store/store.ts';
import { type Notify, noticeOf, noticeText } from './notices.ts';

const SEND_TIMEOUT_MS = 5_000;
/** Notices without a record wait in memory. A ramp has a handful a day, so 100 means that Slack was down for days. */
const MAX_WAITING = 100;
/** Older records are not sent, so that a webhook that is configured late does not receive the whole history. */
const MAX_AGE_MS = 3 * 24 * 3_600_000;
/** A refused message is sent again after a pause. The pause doubles from the first value to the second. */
const FIRST_PAUSE_MS = 1_000;
const MAX_PAUSE_MS = 60_000;

export type SlackNotifier = {
  notify: Notify;
  /** Starts to send all messages that are due, also those of a process that crashed. Neither waits nor throws. */
  sendDue(): void;
  /** Waits until all messages are sent, but at most `withinMs`. */
  stop(withinMs: number): Promise<void>;
};

type Options = {
  webhookUrl: string;
  flag: string;
  store: Pick<Store, 'nextUnsent' | 'markSent'>;
  /** Identifies this process among all senders. */
  sender: string;
  log: Pick<Logger, 'warn'>;
  pause?: (ms: number, signal: AbortSignal) => Promise<void>;
};
/** `text` is null if nothing is to be sent and only `done` is due. */
type Message = { text: string | null; done: () => Promise<void> };

/**
 * Sends one message after the other, oldest first, until Slack accepts it. The message of a decision record is made from
 * the record, and the database has the number of the last record that was sent. So a message is sent whichever process
 * made the move, and one process sends it. It is sent twice only if that process crashes between the answer of Slack and
 * the update of the number. A notice without a record waits in memory.
 */
export function slackNotifier({
  webhookUrl,
  flag,
  store,
  sender,
  log,
  pause = wait,
}: Options): SlackNotifier {
  const webhook = new IncomingWebhook(webhookUrl, { timeout: SEND_TIMEOUT_MS });
  const unrecorded: { at: number; text: string }[] = [];
  const stopping = new AbortController();
  let sending: Promise<void> | null = null;
  let isWanted = false;

  const next = async (): Promise<Message | null> => {
    const record = await store.nextUnsent(sender).catch(() => null); // the database is down; the record stays due
    const [first] = unrecorded;
    if (first !== undefined && (record === null || first.at <= Date.parse(record.at))) {
      const done = async () => void unrecorded.splice(unrecorded.indexOf(first), 1);
      return { text: first.text, done };
    }
    return record === null
      ? null
      : { text: textOf(flag, record), done: () => store.markSent(sender, record.seq) };
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
        log.warn({ why: (error as Error).message, pauseMs }, 'Slack refused a message: sending again');
        await pause(pauseMs, stopping.signal);
        pauseMs = Math.min(MAX_PAUSE_MS, pauseMs * 2);
      }
    }
  };
  const sendDue = (): void => {
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
    sendDue,
    notify(notice) {
      if (notice.kind !== 'moved' || notice.link === null) {
        unrecorded.push({ at: Date.now(), text: noticeText(flag, notice) });
        if (unrecorded.length > MAX_WAITING) unrecorded.splice(1, 1); // the first may be on its way to Slack
      }
      sendDue();
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
  const notice = noticeOf(record);
  return notice === null ? null : noticeText(flag, notice);
}

function blockOf(text: string) {
  return { text, blocks: [{ type: 'section', text: { type: 'mrkdwn', text } }] };
}

async function wait(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch(() => undefined);
}
