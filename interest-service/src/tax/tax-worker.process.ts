import { setTimeout as sleep } from 'node:timers/promises';
import { healthServer, Progress } from '@core-exit/process/health';
import type { Part } from '@core-exit/process/stop';
import type { Logger } from 'pino';
import type { DataSource } from 'typeorm';
import { connect, REPORT_LIMITS } from '../ledger/data-source.ts';
import { PartitionLost } from '../ledger/faults.ts';
import { readBacklog } from './backlog.sql.ts';
import { deadLetterRegister } from './book/dead-letters.sql.ts';
import { deadLetters } from './book/dead-letters.ts';
import { retryDelivery } from './book/delivery-retries.ts';
import { postgresTaxBook } from './book/tax-book.sql.ts';
import { type DeadLetters, takeIn } from './book/tax-book.ts';
import { openEventStream } from './events/event-stream.kafka.ts';
import type { ReceivedRecord } from './events/event-stream.ts';
import type { OutboxEvent } from './events/relay.ts';
import { writeRecord } from './events/tax-event-record.ts';
import { topicsOf } from './events/topics.ts';
import { postgresReconciler } from './reconciliation/reconciliation.sql.ts';
import { startReconciliation } from './reconciliation/reconciliation-schedule.ts';
import { RELAY_STUCK_AFTER_MS, startRelayLoop } from './relay.process.ts';
import { TaxMetrics } from './tax.metrics.ts';

/** One transaction: large enough to spread its cost, small enough that the totals of the day are not locked for long. */
const RECORDS_A_TRANSACTION = 500;
/** During an outage of all brokers, kafkajs reports a failure only every two minutes. */
const KAFKA_STUCK_AFTER_MS = 300_000;

export type TaxWorkerSettings = {
  host: string;
  port: number;
  databaseUrl: string;
  kafkaBrokers: string[];
  kafkaPrefix: string;
};

type WorkerParts = { source: DataSource; log: Logger; metrics: TaxMetrics; progress: Progress };

/** Kafka -> tax book; without Kafka, outbox -> tax book. It also reconciles the books on a schedule. */
export async function startTaxWorker(settings: TaxWorkerSettings, log: Logger): Promise<Part[]> {
  const source = await connect(settings.databaseUrl, 'interest-tax-worker');
  const metrics = new TaxMetrics(readBacklog(source));
  const hasKafka = settings.kafkaBrokers.length > 0;
  const progress = new Progress(hasKafka ? KAFKA_STUCK_AFTER_MS : RELAY_STUCK_AFTER_MS);
  const worker = { source, log, metrics, progress };
  const reader = hasKafka ? await readKafka(settings, worker) : readOutbox(worker);
  const reports = await connect(settings.databaseUrl, 'interest-reconciliation', REPORT_LIMITS);
  const reconciliation = startReconciliation(postgresReconciler(reports), log, metrics);
  const health = await healthServer(settings.host, settings.port, {
    isReady: () => true,
    progress,
    metrics: metrics.text,
  });
  return [
    { name: 'database', close: () => source.destroy() },
    ...reader,
    { name: 'database of reports', close: () => reports.destroy() },
    reconciliation,
    { name: 'health', close: health.close },
  ];
}

async function readKafka(settings: TaxWorkerSettings, worker: WorkerParts): Promise<Part[]> {
  const { source, log, metrics, progress } = worker;
  const topics = topicsOf(settings.kafkaPrefix);
  const stream = await openEventStream(settings.kafkaBrokers, 'interest-tax-worker', log, topics);
  const publisher = await stream.publisher();
  const dead = deadLetters(log, deadLetterRegister(source), { publisher, name: topics.dead.name });
  const book = bookRecords(worker, dead);
  const subscription = await stream.subscribe({
    topic: topics.payouts.name,
    group: topics.group,
    limit: RECORDS_A_TRANSACTION,
    onTurn: () => progress.made(),
    take: (delivery) =>
      retryDelivery(delivery, () => book(delivery.records), {
        sleep: (ms) => sleep(ms),
        random: Math.random,
        onFault: (fault, waitMs) => {
          progress.made();
          metrics.fault();
          log.warn({ err: fault, waitMs }, 'events not booked: they stay in the topic for the next attempt');
        },
      }).catch((fault: unknown) => {
        if (fault instanceof PartitionLost) log.info('another worker took over a partition during a batch');
        throw fault;
      }),
  });
  return [
    { name: 'kafka producer', close: publisher.close },
    { name: 'kafka consumer', close: subscription.close },
  ];
}

function readOutbox(worker: WorkerParts): Part[] {
  const { source, log } = worker;
  log.warn('KAFKA_BROKERS is not set: the worker reads the outbox itself');
  const book = bookRecords(worker, deadLetters(log, deadLetterRegister(source), null));
  const take = (events: OutboxEvent[]) =>
    book(events.map((event) => ({ ...writeRecord(event), origin: `outbox:${event.eventId}` })));
  const loop = startRelayLoop(source, take, worker);
  return [{ name: 'outbox reader', close: loop.stop }];
}

function bookRecords(
  { source, metrics }: WorkerParts,
  dead: DeadLetters,
): (records: readonly ReceivedRecord[]) => Promise<void> {
  const book = postgresTaxBook(source);
  return async (records) => metrics.took(await takeIn(book, dead, records));
}
