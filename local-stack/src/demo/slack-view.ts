import type { GatewayView } from './gateway-view.ts';
import { getJson } from './get-json.ts';

type SlackMessage = { receivedAt: number; text: string };

/** The first message Slack got at or after an instant, or null. */
export type SlackView = { firstSince(at: number): Promise<SlackMessage | null> };

/** `sinkUrl` null: a real webhook was given, and only the gateway knows what it sent there. */
export function slackView(sinkUrl: string | null, gateway: GatewayView): SlackView {
  const messages = async (): Promise<SlackMessage[]> => {
    if (sinkUrl !== null) return await getJson<SlackMessage[]>(`${sinkUrl}/messages`);
    const sent = (await gateway.alerts()).filter((alert) => alert.firstSentAt !== null);
    return sent.map(({ signature, firstSentAt }) => ({
      receivedAt: Date.parse(firstSentAt ?? ''),
      text: `signature ${signature}, sent to the webhook that was given`,
    }));
  };
  return { firstSince: async (at) => (await messages()).find(({ receivedAt }) => receivedAt >= at) ?? null };
}
