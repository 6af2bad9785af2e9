import { closeLog, serviceLog } from '@core-exit/process/log';
import { createStoreMetrics, storeServer } from '../admin/store-server.ts';
import { newsMessage } from '../alerts/message.ts';
import { readStoreConfig } from '../config.ts';
import { databaseStore } from '../store/batch-store.ts';
import { openDatabase } from '../store/database.ts';
import { readWaitingAlerts } from '../store/read.ts';
import { connectedAdmin, kafkaClient } from '../stream/client.ts';
import { consumeVerdicts } from '../stream/consume.ts';
import { batchesBehind } from '../stream/consumer-lag.ts';
import { verdictTopic } from '../stream/topic.ts';

/** `comparator store`: verdicts from Kafka to the database, until SIGTERM or SIGINT. Alerts it stores are sent by `serve`. */
export async function storeCommand(): Promise<number> {
  const { host, adminPort, databaseUrl, adminUrl, kafka, logLevel } = readStoreConfig();
  const log = serviceLog('comparator-store', logLevel);
  const pool = openDatabase(databaseUrl, (err) => log.warn({ err }, 'an idle database connection broke'));
  const client = kafkaClient(kafka.brokers, 'comparator-store', log);
  const topic = verdictTopic(kafka.prefix);
  const metrics = createStoreMetrics({
    waitingAlerts: () => readWaitingAlerts(pool),
    async behind() {
      const admin = await connectedAdmin(client); // asked a few times a minute: a held connection would need its own care
      try {
        return await batchesBehind(admin, topic);
      } finally {
        await admin.disconnect();
      }
    },
  });
  const store = databaseStore({
    pool,
    log,
    message: (news) => newsMessage(news, adminUrl),
    onAlerts: () => undefined,
    onWritten: metrics.wrote,
  });
  const running = await consumeVerdicts(client, topic, store, log);
  const isStored = () => pool.query('select 1').then(Boolean, () => false);
  const admin = storeServer({ metrics, isStored, log });
  if (adminPort !== null) await admin.listen({ port: adminPort, host });
  log.info({ topic: topic.name }, 'storing');
  await new Promise<void>((resolve) => {
    process.once('SIGTERM', resolve);
    process.once('SIGINT', resolve);
  });
  await running.stop();
  await Promise.all([admin.close(), pool.end()]);
  log.info('stopped');
  await closeLog();
  return 0;
}
