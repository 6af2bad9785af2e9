import { IncomingWebhook } from '@slack/webhook';
import type { SlackMessage } from './message.ts';

/** One message; Slack usually answers in 200 ms. @slack/webhook waits for ever by default. */
const SEND_TIMEOUT_MS = 5_000;
/** No Retry-After of anybody keeps us silent for longer. */
const MAX_RETRY_AFTER_MS = 10 * 60_000;

type SendOutcome = { kind: 'sent' } | { kind: 'failed'; why: string; retryAfterMs: number | null };
/** Sends one message once; never throws. */
export type SendMessage = (message: SlackMessage) => Promise<SendOutcome>;

/** The webhook's own error of a 429 has no headers, so Retry-After is caught on the way (@slack/webhook 8.0.2). */
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

/** Seconds, or a date (RFC 9110 section 10.2.3). */
export function retryAfter(header: string | null, now: number = Date.now()): number | null {
  if (header === null) return null;
  const ms = /^\d+$/.test(header) ? Number(header) * 1_000 : Date.parse(header) - now;
  return Number.isFinite(ms) && ms >= 0 ? Math.min(ms, MAX_RETRY_AFTER_MS) : null;
}
