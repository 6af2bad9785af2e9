import { setTimeout as pause } from 'node:timers/promises';
import { type HealthServer, healthServer, Progress } from '@core-exit/process/health';
import type { Logger } from 'pino';
import { createController } from './controller.ts';
import type { ControllerAction, ControllerTools } from './tools.ts';

/** A step back must reach the gateways within one second, so the evidence is read four times a second. */
const TURN_EVERY_MS = 250;
/** Unleash is synchronised in a loop of its own, so that an Unleash that hangs does not delay a step back. */
const SYNC_EVERY_MS = 500;
/** How often the controller checks for messages that a crashed process did not send. */
const SEND_EVERY_MS = 1_000;
/** A turn makes at most four calls with deadlines of 3 s and less. A turn of this length hangs. */
const STUCK_AFTER_MS = 60_000;
/** Actions that `/decisions` returns. The decision records have all of them. */
const MAX_ACTIONS = 1_000;

export type WatchOptions = {
  host: string;
  /** Null: no health server. */
  port: number | null;
  /** Sends the messages that are due. */
  sendDue?: () => void;
};

/** Starts the controller. It goes on when database, Unleash or evidence source are down and come back. */
export async function startWatch(
  tools: ControllerTools,
  { host, port, sendDue = () => undefined }: WatchOptions,
  log: Logger,
): Promise<{ close(): Promise<void> }> {
  const actions: ControllerAction[] = [];
  const controller = createController(tools);
  const progress = new Progress(STUCK_AFTER_MS);
  let server: HealthServer | null = null;
  if (port !== null) {
    server = await healthServer(host, port, {
      isReady: () => !controller.view().isLeader || controller.view().inForce !== null,
      progress,
      pages: {
        '/decisions': () => ({
          ...controller.view(),
          watching: controller.view().inForce,
          decisions: actions,
        }),
      },
    });
    log.info({ port: server.port }, 'listening');
  }
  const turn = async (): Promise<void> => {
    const action = await controller.turn().finally(() => progress.made());
    if (action === null) return;
    actions.push(action);
    if (actions.length > MAX_ACTIONS) actions.shift();
    const text = `${action.action}: ${action.from.stage} -> ${action.to.stage}`;
    if (action.action === 'step-back') log.error(action, text);
    else log.info(action, text);
  };
  const stopping = new AbortController();
  const loops = Promise.all([
    repeat('turn', TURN_EVERY_MS, turn, log, stopping.signal),
    repeat('send messages', SEND_EVERY_MS, async () => sendDue(), log, stopping.signal),
    repeat('synchronise Unleash', SYNC_EVERY_MS, () => controller.syncFlag(), log, stopping.signal),
  ]);
  return {
    async close() {
      stopping.abort();
      await loops;
      await tools.store.releaseLease(tools.holder).catch(() => undefined);
      await server?.close();
    },
  };
}

/** Logs once when a fault begins or changes and once when it ends, because the loop repeats the fault up to 4 times a second. */
async function repeat(
  what: string,
  everyMs: number,
  work: () => Promise<void>,
  log: Logger,
  signal: AbortSignal,
): Promise<void> {
  let fault: string | null = null;
  while (!signal.aborted) {
    try {
      await work();
      if (fault !== null) log.info({ what }, `${what}: works again`);
      fault = null;
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      if (why !== fault) log.warn({ what, why }, `${what}: failed, trying again`);
      fault = why;
    }
    await pause(everyMs, undefined, { signal }).catch(() => undefined);
  }
}
