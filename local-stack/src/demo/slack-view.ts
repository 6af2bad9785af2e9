import { type GatewayView, getJson } from './gateway-view.ts';

type SlackMessage = { receivedAt: number; text: string };

/** The first message that Slack received at or after an instant, or null. */
export type SlackView = { firstSince(at: number): Promise<SlackMessage | null> };

/** `sinkUrl` null: SLACK_WEBHOOK_URL is a real webhook, and only the gateway knows what was sent there. */
export function slackView(sinkUrl: string | null, gateway: GatewayView): SlackView {
  const messages = async (): Promise<SlackMessage[]> => {
    if (sinkUrl !== null) return await getJson<SlackMessage[]>(`${sinkUrl}/messages`);
    const sent = (await gateway.alerts()).filter((alert) => alert.firstSentAt !== null);
    return sent.map(({ signature, firstSentAt }) => ({
      receivedAt: Date.parse(firstSentAt ?? ''),
      text: `signature ${signature}, sent to the webhook of SLACK_WEBHOOK_URL`,
    }));
  };
  return { firstSince: async (at) => (await messages()).find(({ receivedAt }) => receivedAt >= at) ?? null };
}
