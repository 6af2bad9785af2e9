import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { type AnswerContext, answerTo } from './answer.ts';
import { skewedLatencyMs } from './latency.ts';
import { type Session, serveSession } from './session.ts';

/** The adapter holds 16; this leaves room for several adapters and bounds what a flood can open. */
const MAX_SESSIONS = 256;
/** A stop waits this long for answers being worked on: longer than a statement may run. */
const STOP_WITHIN_MS = 6_000;

export type LegacyCoreOptions = AnswerContext & {
  host: string;
  port: number;
  latencyMs: number;
  random: () => number;
};
export type LegacyCoreServer = { readonly port: number; stop(): Promise<void> };

/** Listens for sessions of telegrams. */
export async function startLegacyCore(options: LegacyCoreOptions): Promise<LegacyCoreServer> {
  const { log, latencyMs, random } = options;
  const sessions = new Set<Session>();

  const answer = async (telegram: Buffer): Promise<Buffer | null> => {
    const bytes = await answerTo(telegram, options);
    if (latencyMs > 0) await pause(skewedLatencyMs(latencyMs, random()));
    return bytes;
  };
  const server = createServer((socket: Socket) => {
    const session = serveSession(socket, answer, log);
    sessions.add(session);
    void session.done.then(() => sessions.delete(session));
  });
  server.maxConnections = MAX_SESSIONS;
  server.listen(options.port, options.host);
  await once(server, 'listening');

  return {
    port: (server.address() as AddressInfo).port,
    async stop() {
      server.close();
      for (const session of sessions) session.stop();
      await Promise.race([
        Promise.all([...sessions].map((session) => session.done)),
        pause(STOP_WITHIN_MS, undefined, { ref: false }),
      ]);
      for (const session of sessions) session.cut();
    },
  };
}
