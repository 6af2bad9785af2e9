import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { type LengthPrefix, TEXT_4 } from '../../telegram/prefix.ts';
import type { BehaviourSimulator, Reaction } from '../behaviour/behaviour-simulator.ts';
import { type AnswerContext, answerTo, readHeader, rejection } from './answer.ts';
import { type Session, serveSession } from './session.ts';

/** An adapter holds 8 sessions. This number is enough for several adapters, and it bounds a flood of connections. */
const MAX_SESSIONS = 256;
/** A stop waits this long for running requests, which is longer than a statement may run. */
const STOP_WITHIN_MS = 6_000;

export type LegacyCoreOptions = Omit<AnswerContext, 'pins' | 'prefix'> & {
  host: string;
  port: number;
  simulator: BehaviourSimulator;
  prefix?: LengthPrefix;
};
export type LegacyCoreServer = { readonly port: number; stop(): Promise<void> };

/** Listens for sessions of telegrams. */
export async function startLegacyCore(options: LegacyCoreOptions): Promise<LegacyCoreServer> {
  const { log, simulator, prefix = TEXT_4 } = options;
  const context: AnswerContext = { ...options, prefix, pins: () => simulator.behaviour.pins };
  const sessions = new Set<Session>();

  const answer = async (telegram: Buffer): Promise<Reaction> => {
    const header = readHeader(telegram, context);
    if (header === null) return 'end';
    return await simulator.answer({
      header,
      execute: () => answerTo(telegram, header, context),
      reject: () => rejection(telegram, header, 'E503', context),
    });
  };
  const server = createServer((socket: Socket) => {
    const session = serveSession(socket, answer, log, prefix);
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
