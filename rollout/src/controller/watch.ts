import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from 'pino';
import { createController } from './controller.ts';
import { controllerServer } from './server.ts';
import type { ControllerTools, Deed } from './tools.ts';

/** How often the evidence is looked at: a quarter of the second in which traffic must be back. */
const LOOK_EVERY_MS = 250;
/** How often Unleash is compared with what is in force. By itself: an Unleash that hangs must not hold up a step back. */
const SYNC_EVERY_MS = 500;
/** How often is asked whether somebody died before they told what they did. */
const TELL_EVERY_MS = 1_000;
/** Deeds kept to be asked for; the audit log has all of them. */
const MAX_DEEDS = 1_000;

/** Runs the controller until the signal aborts. Outlives parts that come and go. */
export async function watch(
  tools: ControllerTools,
  { host, port }: { host: string; port: number | null },
  log: Logger,
  signal: AbortSignal,
  tellDue: () => void = () => undefined,
): Promise<void> {
  const deeds: Deed[] = [];
  const controller = createController(tools);
  const server = controllerServer({
    isReady: () => !controller.view().isLeader || controller.view().inForce !== null,
    decisions: () => ({ ...controller.view(), watching: controller.view().inForce, decisions: deeds }),
  });
  if (port !== null) {
    await new Promise<void>((resolve) => server.listen(port, host, resolve));
    log.info({ port: (server.address() as AddressInfo).port }, 'listening');
  }
  const look = async (): Promise<void> => {
    const deed = await controller.look();
    if (deed === null) return;
    deeds.push(deed);
    if (deeds.length > MAX_DEEDS) deeds.shift();
    const text = `${deed.action}: ${deed.from.stage} -> ${deed.to.stage}`;
    if (deed.action === 'step-back') log.error(deed, text);
    else log.info(deed, text);
  };
  await Promise.all([
    repeat('looking', LOOK_EVERY_MS, look, log, signal),
    repeat('telling', TELL_EVERY_MS, async () => tellDue(), log, signal),
    repeat('Unleash', SYNC_EVERY_MS, () => controller.syncFlag(), log, signal),
  ]);
  await tools.store.releaseLease(tools.holder).catch(() => undefined);
  server.closeAllConnections();
  await new Promise<void>((resolve) => server.close(() => resolve()));
}

/** One line when a trouble begins or changes, one when it is over; the loop repeats, the log must not. */
async function repeat(
  what: string,
  everyMs: number,
  work: () => Promise<void>,
  log: Logger,
  signal: AbortSignal,
): Promise<void> {
  let trouble: string | null = null;
  while (!signal.aborted) {
    try {
      await work();
      if (trouble !== null) log.info({ what }, `${what}: goes on`);
      trouble = null;
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      if (why !== trouble) log.warn({ what, why }, `${what}: trying on`);
      trouble = why;
    }
    await pause(everyMs, undefined, { signal }).catch(() => undefined);
  }
}
