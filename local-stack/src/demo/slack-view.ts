import { getJson } from './get-json.ts';

/** One message of the Slack stand-in, as its page shows it. */
type SlackMessage = { id: number; receivedAt: number; text: string };

export type SlackView = { messages(): Promise<SlackMessage[]> };

/** `sinkUrl` null: a real webhook was given, and nobody can read what it received. */
export function slackView(sinkUrl: string | null): SlackView {
  return {
    messages: async () => (sinkUrl === null ? [] : await getJson<SlackMessage[]>(`${sinkUrl}/messages`)),
  };
}
