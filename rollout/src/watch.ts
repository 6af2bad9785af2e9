import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Tools } from './commands.ts';
import { type ControllerDecision, createController } from './controller.ts';
import { decisionServer } from './decision-server.ts';
import { UnleashFault } from './faults.ts';

/** How often the evidence is looked at: a quarter of the second in which traffic must be back. */
const POLL_MS = 250;
/** How often the flag is read to see a step a person made. */
const FLAG_POLL_MS = 1_000;
/** Decisions kept to be asked for; the log has all of them. */
const MAX_DECISIONS = 1_000;

/** Runs the controller until the signal aborts. Outlives an Unleash and an evidence source that come and go. */
export async function watch(
  tools: Tools,
  { host, port }: { host: string; port: number | null },
  log: Logger,
  signal: AbortSignal,
): Promise<void> {
  const decisions: ControllerDecision[] = [];
  const trouble = troubleLog(log);
  const controller = createController({
    flag: tools.flag,
    evidence: tools.evidence,
    fallbackStage: tools.plan.fallbackStage,
    now: () => new Date(),
    onNoEvidence: (why) => trouble.say('evidence', why),
  });
  const server = decisionServer({
    isReady: () => controller.current() !== null,
    decisions: () => ({ watching: controller.current(), decisions }),
  });
  if (port !== null) {
    await new Promise<void>((resolve) => server.listen(port, host, resolve));
    log.info({ port: (server.address() as AddressInfo).port }, 'listening');
  }
  let nextFlagLook = 0;
  while (!signal.aborted) {
    try {
      if (Date.now() >= nextFlagLook) {
        await controller.lookAtFlag();
        nextFlagLook = Date.now() + FLAG_POLL_MS;
        trouble.over('unleash');
      }
      const decision = await controller.poll();
      if (decision !== null) {
        decisions.push(decision);
        if (decisions.length > MAX_DECISIONS) decisions.shift();
        log.error(decision, `stepped back from ${decision.from.stage} to ${decision.to.stage}: a mismatch`);
      }
    } catch (error) {
      trouble.say('unleash', error instanceof Error ? error.message : String(error));
      if (!(error instanceof UnleashFault)) log.debug({ err: error }, 'poll failed');
    }
    await pause(POLL_MS, undefined, { signal }).catch(() => undefined);
  }
  server.closeAllConnections();
  await new Promise<void>((resolve) => server.close(() => resolve()));
}

/** One line when a trouble begins or changes, one when it is over; polls repeat, the log must not. */
function troubleLog(log: Logger) {
  const last = new Map<string, string>();
  return {
    say(what: string, why: string): void {
      if (last.get(what) === why) return;
      last.set(what, why);
      log.warn({ what, why }, `no ${what}: trying on`);
    },
    over(what: string): void {
      if (last.delete(what)) log.info({ what }, `${what} is back`);
    },
  };
}
