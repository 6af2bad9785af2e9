import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Transport } from '../config.ts';
import { type Ask, askOn, newGuid, pollIn } from './telegram-transport/telegram-transport.ts';
import { Line } from './telegram-transport/session-pool.ts';
import { askByMapping } from './http-transport/http-transport.ts';
import { readMapping } from './http-transport/mapping.ts';
import { POLL } from '../../telegram/messages/index.ts';

/** One way to the legacy core, whatever it speaks. */
export type Way = {
  ask: Ask;
  ready: () => boolean;
  counts: () => Record<string, number>;
  stop(): Promise<void>;
};

export async function openWay(transport: Transport, log: Logger): Promise<Way> {
  return transport.kind === 'line' ? openLine(transport, log) : await openHttp(transport, log);
}

function openLine(transport: Extract<Transport, { kind: 'line' }>, log: Logger): Way {
  const { host, port, dialect, sessions, inFlight } = transport;
  const { prefix } = dialect;
  const poll = pollIn(dialect);
  const line = new Line({
    address: { host, port },
    log,
    random: Math.random,
    poll,
    prefix,
    sessions,
    inFlight,
  });
  return {
    ask: askOn(line, log, dialect),
    ready: () => line.ready,
    counts: () => line.counts(),
    stop: () => line.stop(),
  };
}

/** HTTP has no held session that could show that the core is there: a poll does. */
const POLL_EVERY_MS = 1_000;
const POLL_WITHIN_MS = 2_000;

async function openHttp(transport: Extract<Transport, { kind: 'http' }>, log: Logger): Promise<Way> {
  const mapping = await readMapping(transport.mappingFile);
  const { ask, counts } = askByMapping(transport.url, mapping, log);
  const stopping = new AbortController();
  let isReady = false;

  async function pollOn(): Promise<void> {
    while (!stopping.signal.aborted) {
      const question = { message: POLL, body: {}, guid: newGuid(), withinMs: POLL_WITHIN_MS };
      const exchange = await ask('poll', question);
      isReady = exchange.kind === 'answered' && exchange.answer.done;
      await pause(POLL_EVERY_MS, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  }
  const polling = pollOn();
  return {
    ask,
    ready: () => isReady,
    counts,
    async stop() {
      stopping.abort();
      await polling;
    },
  };
}
