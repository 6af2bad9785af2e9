import { randomUUID } from 'node:crypto';
import { closeLog, serviceLog } from '@core-exit/process/log';
import { createRollout } from '@core-exit/rollout';
import type { Pool } from 'pg';
import type { Logger } from 'pino';
import { createMetrics } from './admin/metrics.ts';
import { storedReads } from './admin/reads.ts';
import { adminServer } from './admin/server.ts';
import { newsMessage } from './alerts/message.ts';
import { startAlertSender } from './alerts/sender.ts';
import { slackWebhook } from './alerts/slack.ts';
import { type Config, type KafkaPlace, printable } from './config.ts';
import { comparisonThread } from './gateway/comparison-thread.ts';
import { coreClient } from './gateway/core-client.ts';
import { DEADLINES, type GatewayParts } from './gateway/gateway.ts';
import { subjectReader } from './gateway/identity.ts';
import { gatewayServer } from './gateway/server.ts';
import { Tails } from './gateway/tails.ts';
import { FOLLOW_UP_QUEUE, FOLLOW_UP_SLOTS, SHADOW_QUEUE, SHADOW_SLOTS } from './limits.ts';
import { loadOperations } from './load-operations.ts';
import { databaseStore } from './store/batch-store.ts';
import { openDatabase } from './store/database.ts';
import { startDays } from './store/day-partitions.ts';
import { readWaitingAlerts } from './store/read.ts';
import { recorderInto } from './store/recorder.ts';
import { kafkaClient } from './stream/client.ts';
import { publishingStore } from './stream/publish.ts';
import { verdictTopic } from './stream/topic.ts';
import { sealWith } from './verdict/stored-request.ts';

/** A flag change is seen within this and the second in which Unleash caches its own state; see RolloutOptions. */
const FLAG_REFRESH_INTERVAL_MS = 250;
/** Of the 10 s a process has to stop. */
const DRAIN_MS = 5_000;

export type RunningGateway = { stop(): Promise<void> };

/** Starts the gateway: parts first, doors last. Stopping is the list in reverse. */
export async function serve(config: Config): Promise<RunningGateway> {
  const log = serviceLog('comparator', config.logLevel);
  const now = () => new Date();
  const service = await loadOperations(config.operationsFile, now());
  log.info({ config: printable(config) }, 'starting');
  const runId = randomUUID();
  const pool = openDatabase(config.databaseUrl, (err) =>
    log.warn({ err }, 'an idle database connection broke'),
  );
  const { alerts, recorder, days, behind, close: closeStore } = startStore(config, { pool, runId, now, log });
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
  const metrics = createMetrics({
    tally: recorder.tally,
    shadowsUnderWay: () => shadows.size,
    store: { waitingAlerts: () => readWaitingAlerts(pool), verdicts: recorder, ...behind },
  });
  const thread = comparisonThread(config.operationsFile);
  const gateway: GatewayParts = {
    service,
    rollout,
    cores,
    shadows,
    followUps,
    recorder: metrics.watching(recorder),
    now,
    log,
    serviceToken: config.serviceToken,
    deadlines: DEADLINES,
    newId: randomUUID,
    thread,
    seal: config.replayKey === null ? null : sealWith(config.replayKey),
  };
  const admin = adminServer({
    reads: storedReads({ pool, recorder, rollout, runId }),
    rollout,
    metrics,
    log,
    runbookUrl: service.runbookUrl,
  });
  const door = gatewayServer(gateway, subjectReader(config.authJwks, service.identity, Date.now));
  await admin.listen({ port: config.adminPort, host: config.host });
  await door.listen({ port: config.port, host: config.host });

  const stop = async (): Promise<void> => {
    await door.close(); // customers under way get their answers
    await within(DRAIN_MS, Promise.all([recorder.tally.allSettled(), followUps.idle()]));
    await thread.close(); // what it still had to compare is dropped, and stored as that
    await recorder
      .close()
      .catch((err: unknown) => log.error({ err }, 'the last verdicts could not be stored'));
    await Promise.all([alerts.stop(), days.stop(), closeStore()]);
    await admin.close();
    await rollout.close();
    await Promise.all([cores.legacy.close(), cores.new.close(), pool.end()]);
    log.info('stopped');
    await closeLog();
  };
  return { stop };
}

/** Verdicts to the database, by Kafka or straight, and what somebody must know of them to Slack. */
function startStore(
  config: Config,
  { pool, runId, now, log }: { pool: Pool; runId: string; now: () => Date; log: Logger },
) {
  const alerts = startAlertSender({
    pool,
    log,
    digestSeconds: config.digestSeconds,
    adminUrl: config.adminUrl,
    send: slackWebhook(config.slackWebhookUrl),
  });
  const direct = () =>
    databaseStore({
      pool,
      log,
      message: (news) => newsMessage(news, config.adminUrl),
      onAlerts: () => alerts.wake(),
    });
  const published = config.kafka === null ? null : publishing(config.kafka, log);
  const recorder = recorderInto(published ?? direct(), { runId, now, log });
  const days = startDays({ pool, keptDays: config.keptDays, log });
  const behind = published === null ? {} : { behind: () => published.behind() };
  return { alerts, recorder, days, behind, close: async () => published?.close() };
}

function publishing({ brokers, prefix }: KafkaPlace, log: Logger) {
  return publishingStore(kafkaClient(brokers, 'comparator', log), verdictTopic(prefix), log);
}

function within(ms: number, work: Promise<unknown>): Promise<unknown> {
  return Promise.race([work, new Promise((resolve) => setTimeout(resolve, ms).unref())]);
}
