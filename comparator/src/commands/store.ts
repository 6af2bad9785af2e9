import { pino } from 'pino';
import { newsMessage } from '../alerts/message.ts';
import { readStoreConfig } from '../config.ts';
import { databaseStore } from '../store/batch-store.ts';
import { openDatabase } from '../store/database.ts';
import { kafkaClient } from '../stream/client.ts';
import { consumeVerdicts } from '../stream/consume.ts';
import { verdictTopic } from '../stream/topic.ts';

/** `comparator store`: verdicts from Kafka to the database, until SIGTERM or SIGINT. Alerts it stores are sent by `serve`. */
export async function storeCommand(): Promise<number> {
  const { databaseUrl, adminUrl, kafka, logLevel } = readStoreConfig();
  const log = pino({ level: logLevel, base: { service: 'comparator-store' } });
  const pool = openDatabase(databaseUrl, (err) => log.warn({ err }, 'an idle database connection broke'));
  const message = (news: Parameters<typeof newsMessage>[0]) => newsMessage(news, adminUrl);
  const store = databaseStore({ pool, log, message, onAlerts: () => undefined });
  const client = kafkaClient(kafka.brokers, 'comparator-store', log);
  const running = await consumeVerdicts(client, verdictTopic(kafka.prefix), store, log);
  log.info({ topic: verdictTopic(kafka.prefix).name }, 'storing');
  await new Promise<void>((resolve) => {
    process.once('SIGTERM', resolve);
    process.once('SIGINT', resolve);
  });
  await running.stop();
  await pool.end();
  log.info('stopped');
  return 0;
}
