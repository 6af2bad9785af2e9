import { IncomingWebhook } from '@slack/webhook';
import type { Tell } from './anomaly-alerts.ts';

/** One message; Slack usually answers in 200 ms. @slack/webhook waits for ever by default. */
const SEND_TIMEOUT_MS = 5_000;

/** Sends once: whoever tells keeps what did not arrive and tries again. */
export function slackTell(url: string): Tell {
  const webhook = new IncomingWebhook(url, { timeout: SEND_TIMEOUT_MS, retryConfig: { retries: 0 } });
  return async (text) => {
    await webhook.send({ text });
  };
}
