import { randomUUID } from 'node:crypto';
import { serviceLog } from '@core-exit/process/log';
import { type Part, stopOnSignal } from '@core-exit/process/stop';
import { createRollout } from '@core-exit/rollout';
import type { Pool } from 'pg';
import type { Logger } from 'pino';
import { createMetrics } from './admin/metrics.ts';
import { storedReads } from './admin/reads.ts';
import { adminServer } from './admin/server.ts';
import { alertMessage } from './alerts/message.ts';
import { startAlertSender } from './alerts/sender.ts';
import { slackWebhook } from './alerts/slack.ts';
import { type Config, type KafkaSettings, printable } from './config.ts';
import { BoundedSemaphore } from './gateway/bounded-semaphore.ts';
import { comparisonThread } from './gateway/comparison-thread.ts';
import { coreClient } from './gateway/core-client.ts';
import { subjectReader } from './gateway/identity.ts';
import type { GatewayParts } from './gateway/ports.ts';
import { gatewayServer } from './gateway/server.ts';
import { DEADLINES, FOLLOW_UP_PERMITS, FOLLOW_UP_QUEUE, SHADOW_PERMITS, SHADOW_QUEUE } from './limits.ts';
import { loadOperations } from './load-operations.ts';
import type { OperationsFile } from './operation.ts';
import { databaseStore } from './store/batch-store.ts';
import { openDatabase } from './store/database.ts';
import { startDayPartitions } from './store/day-partitions.sql.ts';
import { countUnsentAlerts } from './store/read.sql.ts';
import { recorderInto } from './store/recorder.ts';
import { kafkaClient } from './stream/client.ts';
import { publishingStore } from './stream/publish.ts';
import { verdictTopic } from './stream/topic.ts';
import { encryptWith } from './verdict/stored-request.ts';

/** Unleash keeps its own state for a second, so a change of the flag is seen within 1.25 s; see RolloutOptions. */
const FLAG_REFRESH_INTERVAL_MS = 250;
/** Repeats of a signature are sent to Slack at most this often, if the operations file has no other time. */
const DEFAULT_DIGEST_SECONDS = 60;
/** Verdicts and follow-ups that are still due when the last customer has the answer are given this time. */
const DRAIN_MS = 5_000;
/**
 * The part that closes first, the customers' server, gets half of this time: longer than a primary may take, so that every
 * customer under way gets an answer. An idle gateway stops at once.
 */
const STOP_WITHIN_MS = 2 * DEADLINES.primaryMs + 4_000;

/** Starts the gateway: first the parts, last the servers. A signal closes them in the reverse order. */
export async function serve(config: Config): Promise<void> {
  const log = serviceLog('comparator', config.logLevel);
  const now = () => new Date();
  const service = await loadOperations(config.operationsFile, now());
  log.info({ config: printable(config) }, 'starting');
  const runId = randomUUID();
  const pool = openDatabase(config.databaseUrl, (err) =>
    log.warn({ err }, 'an idle database connection ended with an error'),
  );
  const { recorder, lag, parts: storeParts } = startStore(config, { service, pool, runId, now, log });
  const rollout = await createRollout({
    unleashUrl: config.unleashUrl,
    token: config.unleashToken,
    appName: `comparator-${service.service}`,
    flag: service.flag,
    stageOrders: { databaseUrl: config.databaseUrl },
    backupPath: config.unleashBackupDir,
    refreshIntervalMs: FLAG_REFRESH_INTERVAL_MS,
    onTrouble: (err) => log.warn({ why: err.message }, 'Unleash does not answer: the last known stage stays'),
  });
  const cores = { legacy: coreClient(config.legacyUrl), new: coreClient(config.newUrl) };
  const shadows = new BoundedSemaphore(SHADOW_PERMITS, SHADOW_QUEUE);
  const followUps = new BoundedSemaphore(FOLLOW_UP_PERMITS, FOLLOW_UP_QUEUE);
  const metrics = createMetrics({
    tally: recorder.tally,
    shadowsUnderWay: () => shadows.size,
    store: { waitingAlerts: () => countUnsentAlerts(pool), verdicts: recorder, ...lag },
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
    encryptRequest: config.replayKey === null ? null : encryptWith(config.replayKey),
  };
  const reads = storedReads({ pool, recorder, rollout, runId });
  const admin = adminServer({ reads, rollout, metrics, log, runbookUrl: config.runbookUrl });
  const customers = gatewayServer(gateway, subjectReader(config.authJwks, service.identity, Date.now));
  await admin.listen({ port: config.adminPort, host: config.host });
  await customers.listen({ port: config.port, host: config.host });

  const drain = () => within(DRAIN_MS, Promise.all([recorder.tally.allSettled(), followUps.idle()]));
  const parts: Part[] = [
    { name: 'database', close: () => pool.end() },
    { name: 'connections to the cores', close: () => Promise.all([cores.legacy.close(), cores.new.close()]) },
    { name: 'flag', close: () => rollout.close() },
    { name: 'admin server', close: () => admin.close() },
    ...storeParts,
    { name: 'comparison thread', close: () => thread.close() }, // waiting comparisons are recorded as dropped
    { name: 'verdicts under way', close: drain },
    { name: 'customers', close: () => customers.close() },
  ];
  stopOnSignal(log, parts, { withinMs: STOP_WITHIN_MS });
}

type StoreContext = { service: OperationsFile; pool: Pool; runId: string; now: () => Date; log: Logger };

/** The way of verdicts to the database, directly or through Kafka, and of alerts to Slack. */
function startStore(config: Config, { service, pool, runId, now, log }: StoreContext) {
  const alerts = startAlertSender({
    pool,
    log,
    digestSeconds: service.digestSeconds ?? DEFAULT_DIGEST_SECONDS,
    adminUrl: config.adminUrl,
    send: slackWebhook(config.slackWebhookUrl),
  });
  const direct = () =>
    databaseStore({
      pool,
      log,
      message: (cause) => alertMessage(cause, config.adminUrl),
      onAlerts: () => alerts.wake(),
    });
  const published = config.kafka === null ? null : publishing(config.kafka, log);
  const recorder = recorderInto(published ?? direct(), { runId, now, log });
  const days = startDayPartitions({ pool, keptDays: config.keptDays, log });
  const closeStore = () => Promise.all([alerts.stop(), days.stop(), published?.close()]);
  const closeRecorder = () =>
    recorder
      .close()
      .catch((err: unknown) => log.error({ err }, 'the last verdicts could not be stored and are lost'));
  const parts: Part[] = [
    { name: 'alerts and store', close: closeStore },
    { name: 'last verdicts', close: closeRecorder },
  ];
  return { recorder, parts, lag: published === null ? {} : { consumerLag: () => published.lag() } };
}

function publishing({ brokers, prefix }: KafkaSettings, log: Logger) {
  return publishingStore(kafkaClient(brokers, 'comparator', log), verdictTopic(prefix), log);
}

function within(ms: number, work: Promise<unknown>): Promise<unknown> {
  return Promise.race([work, new Promise((resolve) => setTimeout(resolve, ms).unref())]);
}
