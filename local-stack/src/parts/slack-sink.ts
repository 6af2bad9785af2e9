import { join } from 'node:path';
import { freePort } from '../processes/ports.ts';
import { externalPart, LOOPBACK, type Part, type PartContext } from './part.ts';

/** The form of Slack's webhook paths; the stand-in accepts any team, bot and secret. */
const WEBHOOK_PATH = '/services/T00000000/B00000000/local';

export type SlackPart = Part & { readonly webhookUrl: string };

/** Starts the Slack stand-in. Alerts are sent to `webhookUrl`; a person reads them at `address`. */
export async function startSlackSink(
  { supervisor }: PartContext,
  options: { externalUrl?: string | null } = {},
): Promise<SlackPart> {
  if (options.externalUrl) {
    return { ...externalPart('slack', 'unknown', options.externalUrl), webhookUrl: options.externalUrl };
  }
  const port = await freePort();
  const address = `http://${LOOPBACK}:${port}`;
  const server = await supervisor.start({
    name: 'slack-sink',
    command: process.execPath,
    args: [join(import.meta.dirname, '..', 'slack-sink', 'slack-sink-main.ts'), String(port)],
    isReady: async () => (await fetch(`${address}/health/ready`)).ok,
  });
  return {
    name: 'slack-sink',
    version: 'local',
    address,
    webhookUrl: `${address}${WEBHOOK_PATH}`,
    origin: 'started',
    startedInMs: server.startedInMs,
    stop: async () => void (await server.stop()),
  };
}
