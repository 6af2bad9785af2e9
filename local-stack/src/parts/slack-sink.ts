import { join } from 'node:path';
import { freePort } from '../processes/ports.ts';
import { externalPart, LOOPBACK, type Part, type PartContext } from './part.ts';

const READY_WITHIN_MS = 10_000;

/** Slack's form of a webhook path; the stand-in takes any team, bot and secret. */
const WEBHOOK_PATH = '/services/T00000000/B00000000/local';

export type SlackPart = Part & { readonly webhookUrl: string };

/** Starts the Slack stand-in: alerts go to `webhookUrl`, people look at `address`. */
export async function startSlackSink(
  { supervisor }: PartContext,
  options: { externalUrl?: string | undefined } = {},
): Promise<SlackPart> {
  if (options.externalUrl) {
    return { ...externalPart('slack', 'unknown', options.externalUrl), webhookUrl: options.externalUrl };
  }
  const port = await freePort();
  const address = `http://${LOOPBACK}:${port}`;
  const server = await supervisor.start({
    name: 'slack-sink',
    command: process.execPath,
    args: [join(import.meta.dirname, '..', 'slack-sink-main.ts'), String(port)],
    isReady: async () => (await fetch(`${address}/health/ready`)).ok,
    readyWithinMs: READY_WITHIN_MS,
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
