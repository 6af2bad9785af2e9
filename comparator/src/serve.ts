import { randomUUID } from 'node:crypto';
import { createRollout } from '@core-exit/rollout';
import { pino } from 'pino';
import { adminServer } from './admin/server.ts';
import { firstSightMessage } from './alerts/message.ts';
import { startAlertSender } from './alerts/sender.ts';
import { slackWebhook } from './alerts/slack.ts';
import { type Config, printable } from './config.ts';
import { coreClient } from './gateway/core-client.ts';
import { DEADLINES, type GatewayParts } from './gateway/gateway.ts';
import { subjectReader } from './gateway/identity.ts';
import { gatewayServer } from './gateway/server.ts';
import { Tails } from './gateway/tails.ts';
import { loadOperations } from './load-operations.ts';
import { openDatabase } from './store/database.ts';
import { createRecorder } from './store/recorder.ts';

/** Shadow calls at once: a shadow that takes 20 ms serves 3,200 a second by them, a hanging one holds 64 + 256 answers. */
const SHADOW_SLOTS = 64;
const SHADOW_QUEUE = 256;
/** Follow-ups are small and matter more than comparisons: a queue of their own, and a long one. */
const FOLLOW_UP_SLOTS = 16;
const FOLLOW_UP_QUEUE = 4_096;
/** A flag change is seen within this and the second in which Unleash caches its own state; see RolloutOptions. */
const FLAG_REFRESH_INTERVAL_MS = 250;
/** Of the 10 s a process has to stop. */
const DRAIN_MS = 5_000;

export type RunningGateway = { stop(): Promise<void> };

/** Starts the gateway: parts first, doors last. Stopping is the list in reverse. */
export async function serve(config: Config): Promise<RunningGateway> {
  const log = pino({ level: config.logLevel, base: { service: 'comparator' } });
  const now = () => new Date();
  const service = await loadOperations(config.operationsFile, now());
  log.info({ config: printable(config) }, 'starting');
  const runId = randomUUID();
  const pool = openDatabase(config.databaseUrl, (err) =>
    log.warn({ err }, 'an idle database connection broke'),
  );
  const alerts = startAlertSender({
    pool,
    log,
    digestSeconds: config.digestSeconds,
    adminUrl: config.adminUrl,
    send: slackWebhook(config.slackWebhookUrl),
  });
  const recorder = createRecorder({
    pool,
    runId,
    now,
    log,
    firstSight: (seen) => firstSightMessage(seen, config.adminUrl),
    onAlerts: () => alerts.wake(),
  });
  const rollout = await createRollout({
    unleashUrl: config.unleashUrl,
    token: config.unleashToken,
    appName: `comparator-${service.service}`,
    flag: service.flag,
    stopOrders: { databaseUrl: config.databaseUrl },
    backupPath: config.unleashBackupDir,
    refreshIntervalMs: FLAG_REFRESH_INTERVAL_MS,
    onTrouble: (err) => log.warn({ why: err.message }, 'Unleash: the last known stage stays in force'),
  });
  const cores = { legacy: coreClient(config.legacyUrl), new: coreClient(config.newUrl) };
  const shadows = new Tails(SHADOW_SLOTS, SHADOW_QUEUE);
  const followUps = new Tails(FOLLOW_UP_SLOTS, FOLLOW_UP_QUEUE);
  const gateway: GatewayParts = {
    service,
    rollout,
    cores,
    shadows,
    followUps,
    recorder,
    now,
    log,
    serviceToken: config.serviceToken,
    deadlines: DEADLINES,
    newId: randomUUID,
  };
  const admin = adminServer({ pool, recorder, rollout, shadows, runId, log });
  const door = gatewayServer(gateway, subjectReader(config.authJwks, service.identity, Date.now));
  await admin.listen({ port: config.adminPort, host: config.host });
  await door.listen({ port: config.port, host: config.host });

  const stop = async (): Promise<void> => {
    await door.close(); // customers under way get their answers
    await within(DRAIN_MS, Promise.all([recorder.tally.allSettled(), followUps.idle()]));
    await recorder
      .close()
      .catch((err: unknown) => log.error({ err }, 'the last verdicts could not be stored'));
    await alerts.stop();
    await admin.close();
    await rollout.close();
    await Promise.all([cores.legacy.close(), cores.new.close(), pool.end()]);
    log.info('stopped');
  };
  return { stop };
}

function within(ms: number, work: Promise<unknown>): Promise<unknown> {
  return Promise.race([work, new Promise((resolve) => setTimeout(resolve, ms).unref())]);
}
