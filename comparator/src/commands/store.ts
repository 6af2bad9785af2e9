import { healthServer } from '@core-exit/process/health';
import { serviceLog } from '@core-exit/process/log';
import { type Part, stopOnSignal } from '@core-exit/process/stop';
import { createStoreMetrics } from '../admin/store-metrics.ts';
import { alertMessage } from '../alerts/message.ts';
import { readStoreConfig } from '../config.ts';
import { databaseStore } from '../store/batch-store.ts';
import { openDatabase } from '../store/database.ts';
import { countUnsentAlerts } from '../store/read.sql.ts';
import { connectedAdmin, kafkaClient } from '../stream/client.ts';
import { consumeVerdicts } from '../stream/consume.ts';
import { consumerLag } from '../stream/consumer-lag.ts';
import { verdictTopic } from '../stream/topic.ts';
import { withoutArguments } from './arguments.ts';

const HELP = `Writes verdicts from Kafka to the database, until SIGTERM or SIGINT. \`comparator serve\` sends the alerts.

  comparator store

Environment: DATABASE_URL KAFKA_BROKERS [KAFKA_PREFIX] [HOST] [ADMIN_PORT] [ADMIN_URL] [LOG_LEVEL]
With ADMIN_PORT: /health/live, /health/ready and /metrics; the process is not ready while its database does not answer.
Exit: 0 stopped · 3 bad arguments or environment · 4 a fault
`;

/** `comparator store`. */
export const storeCommand = withoutArguments(HELP, async () => {
  await runStore(readStoreConfig());
  return null;
});

async function runStore(config: ReturnType<typeof readStoreConfig>): Promise<void> {
  const { host, adminPort, databaseUrl, adminUrl, kafka, logLevel } = config;
  const log = serviceLog('comparator-store', logLevel);
  const pool = openDatabase(databaseUrl, (err) =>
    log.warn({ err }, 'an idle database connection ended with an error'),
  );
  const client = kafkaClient(kafka.brokers, 'comparator-store', log);
  const topic = verdictTopic(kafka.prefix);
  const metrics = createStoreMetrics({
    waitingAlerts: () => countUnsentAlerts(pool),
    async consumerLag() {
      const admin = await connectedAdmin(client); // a new connection each time, because the lag is read a few times a minute
      try {
        return await consumerLag(admin, topic);
      } finally {
        await admin.disconnect();
      }
    },
  });
  const store = databaseStore({
    pool,
    log,
    message: (cause) => alertMessage(cause, adminUrl),
    onAlerts: () => undefined,
    onWritten: metrics.wrote,
  });
  const consumer = await consumeVerdicts(client, topic, store, log);
  const parts: Part[] = [
    { name: 'database', close: () => pool.end() },
    { name: 'consumer', close: () => consumer.stop() },
  ];
  if (adminPort !== null) {
    const isReady = () => pool.query('select 1').then(Boolean, () => false);
    const health = await healthServer(host, adminPort, { isReady, metrics: () => metrics.text() });
    parts.splice(1, 0, { name: 'health server', close: () => health.close() });
  }
  log.info({ topic: topic.name }, 'storing');
  stopOnSignal(log, parts);
}
