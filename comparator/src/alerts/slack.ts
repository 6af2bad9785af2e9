import { IncomingWebhook } from '@slack/webhook';
import type { SlackMessage } from './message.ts';

/** Deadline of one message. Slack usually answers in 200 ms, and @slack/webhook has no deadline by default. */
const SEND_TIMEOUT_MS = 5_000;
/** A longer Retry-After is shortened to this, because alerts must not stop for longer. */
const MAX_RETRY_AFTER_MS = 10 * 60_000;

type SendOutcome = { kind: 'sent' } | { kind: 'failed'; why: string; retryAfterMs: number | null };
/** Sends one message once. Never throws. */
export type SendMessage = (message: SlackMessage) => Promise<SendOutcome>;

/** Retry-After is read from the HTTP response, because the error of @slack/webhook 8.0.2 has no headers. */
export function slackWebhook(url: string): SendMessage {
  return async (message) => {
    let retryAfterMs: number | null = null;
    const webhook = new IncomingWebhook(url, {
      timeout: SEND_TIMEOUT_MS,
      retryConfig: { retries: 0 },
      fetch: async (address, init) => {
        const answer = await fetch(address, init as RequestInit);
        retryAfterMs = retryAfter(answer.headers.get('retry-after'));
        return answer;
      },
    });
    try {
      await webhook.send(message as Parameters<typeof webhook.send>[0]);
      return { kind: 'sent' };
    } catch (error) {
      return { kind: 'failed', why: error instanceof Error ? error.message : String(error), retryAfterMs };
    }
  };
}

/** Milliseconds to wait. The header has seconds or a date (RFC 9110 section 10.2.3). */
export function retryAfter(header: string | null, now: number = Date.now()): number | null {
  if (header === null) return null;
  const ms = /^\d+$/.test(header) ? Number(header) * 1_000 : Date.parse(header) - now;
  return Number.isFinite(ms) && ms >= 0 ? Math.min(ms, MAX_RETRY_AFTER_MS) : null;
}
