import { setTimeout as sleep } from 'node:timers/promises';
import { healthServer } from '@core-exit/process/health';
import type { Part } from '@core-exit/process/stop';
import type { Logger } from 'pino';
import type { DataSource } from 'typeorm';
import type { Config } from '../config.ts';
import { connect } from '../ledger/data-source.ts';
import { deadLetterRegister } from './book/dead-letters.sql.ts';
import { deadLetters } from './book/dead-letters.ts';
import { postgresTaxBook } from './book/tax-book.sql.ts';
import { type DeadLetters, PartitionLost, persist, takeIn, writeRecord } from './book/tax-book.ts';
import { kafkajsLog } from './events/event-stream.kafka.ts';
import type { EventLog, ReceivedRecord } from './events/event-stream.ts';
import { postgresOutbox } from './events/outbox.sql.ts';
import { type LoopOptions, type OutboxEvent, relayLoop } from './events/relay.ts';
import { type Topics, topicsOf } from './events/topics.ts';
import { reconciling } from './reconciliation/reconciliation-schedule.ts';
import { TaxMetrics } from './tax.metrics.ts';

/** One transaction: long enough to spread its cost, short enough that the day's totals are not held for long. */
const RECORDS_A_TRANSACTION = 500;

/** Outbox -> Kafka. */
export async function relay(config: Config, log: Logger): Promise<Part[]> {
  const source = await connect(config.databaseUrl, 'interest-relay');
  const topics = topicsOf(config.kafkaPrefix);
  const kafka = await eventLog(config, 'interest-relay', log, topics);
  const publisher = await kafka.publisher();
  const metrics = new TaxMetrics(source);
  const publish = (events: OutboxEvent[]) => publisher.publish(topics.payouts.name, events.map(writeRecord));
  const loop = startLoop(log, metrics, (options) => relayLoop(postgresOutbox(source), publish, options));
  const health = await healthServer(config.host, config.port, {
    isReady: () => true,
    metrics: metrics.text,
  });
  return [
    { name: 'database', close: () => source.destroy() },
    { name: 'kafka', close: publisher.close },
    { name: 'relay', close: loop.stop },
    { name: 'health', close: health.close },
  ];
}

/** Kafka -> tax book; without Kafka, outbox -> tax book. */
export async function taxWorker(config: Config, log: Logger): Promise<Part[]> {
  const source = await connect(config.databaseUrl, 'interest-tax-worker');
  const metrics = new TaxMetrics(source);
  const reader =
    config.kafkaBrokers.length === 0
      ? readOutbox(source, log, metrics)
      : await readKafka(config, source, log, metrics);
  const reconciliation = await reconciling(config, log, metrics);
  const health = await healthServer(config.host, config.port, {
    isReady: () => true,
    metrics: metrics.text,
  });
  return [
    { name: 'database', close: () => source.destroy() },
    ...reader,
    reconciliation,
    { name: 'health', close: health.close },
  ];
}

async function readKafka(
  config: Config,
  source: DataSource,
  log: Logger,
  metrics: TaxMetrics,
): Promise<Part[]> {
  const topics = topicsOf(config.kafkaPrefix);
  const kafka = await eventLog(config, 'interest-tax-worker', log, topics);
  const publisher = await kafka.publisher();
  const dead = deadLetters(log, deadLetterRegister(source), { publisher, name: topics.dead.name });
  const book = taxReader(source, dead, metrics);
  const subscription = await kafka.subscribe({
    topic: topics.payouts.name,
    group: topics.group,
    limit: RECORDS_A_TRANSACTION,
    take: (delivery) =>
      persist(delivery, () => book(delivery.records), {
        sleep: (ms) => sleep(ms),
        random: Math.random,
        onFault: (fault, waitMs) => {
          metrics.fault();
          log.warn({ err: fault, waitMs }, 'events not booked: they stay in the topic, trying again');
        },
      }).catch((fault: unknown) => {
        if (!(fault instanceof PartitionLost)) throw fault;
        log.info('a partition went to another worker in the middle of a batch');
        throw fault;
      }),
  });
  return [
    { name: 'kafka producer', close: publisher.close },
    { name: 'kafka consumer', close: subscription.close },
  ];
}

function readOutbox(source: DataSource, log: Logger, metrics: TaxMetrics): Part[] {
  log.warn('no KAFKA_BROKERS: the outbox itself is the event log');
  const book = taxReader(source, deadLetters(log, deadLetterRegister(source), null), metrics);
  const take = (events: OutboxEvent[]) =>
    book(events.map((event) => ({ ...writeRecord(event), origin: `outbox:${event.eventId}` })));
  const loop = startLoop(log, metrics, (options) => relayLoop(postgresOutbox(source), take, options));
  return [{ name: 'outbox reader', close: loop.stop }];
}

function taxReader(
  source: DataSource,
  dead: DeadLetters,
  metrics: TaxMetrics,
): (records: readonly ReceivedRecord[]) => Promise<void> {
  const book = postgresTaxBook(source);
  return async (records) => metrics.took(await takeIn(book, dead, records));
}

export async function eventLog(
  config: Config,
  clientId: string,
  log: Logger,
  topics: Topics,
): Promise<EventLog> {
  const kafka = kafkajsLog({ brokers: config.kafkaBrokers, clientId, log });
  await kafka.ensureTopics([topics.payouts, topics.dead]);
  return kafka;
}

function startLoop(
  log: Logger,
  metrics: TaxMetrics,
  run: (options: LoopOptions) => Promise<void>,
): { stop: () => Promise<void> } {
  const abort = new AbortController();
  const running = run({
    signal: abort.signal,
    sleep: (ms, signal) => sleep(ms, undefined, { signal }).catch(() => undefined),
    random: Math.random,
    onSent: (events) => metrics.sent(events),
    onFault: (fault, waitMs) => {
      metrics.fault();
      log.warn({ err: fault, waitMs }, 'events not sent: they stay in the outbox, trying again');
    },
  });
  return {
    stop: async () => {
      abort.abort();
      await running;
    },
  };
}
