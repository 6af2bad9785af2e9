import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { maskAccountNo } from '../contract/server/index.ts';
import type { Config } from './config.ts';
import { connect } from './db/data-source.ts';
import { postgresOutbox } from './db/outbox.ts';
import { postgresTaxBook } from './db/tax-book.ts';
import { ensureTopics, kafkaClient, kafkaPublisher, kafkaSubscription } from './events/kafka.ts';
import { type LoopOptions, relayLoop } from './flows/relay.ts';
import { type DeadLetters, takeIn, writeDelivery } from './flows/tax-posting.ts';
import { healthServer } from './http/health.ts';
import type { Part } from './stop.ts';

/** Outbox -> Kafka. */
export async function relay(config: Config, log: Logger): Promise<Part[]> {
  const source = await connect(config.databaseUrl, 'interest-relay');
  const kafka = kafkaClient(config.kafkaBrokers, 'interest-relay', log);
  await ensureTopics(kafka);
  const publisher = await kafkaPublisher(kafka);
  const loop = startLoop(log, (options) =>
    relayLoop(postgresOutbox(source), (events) => publisher.publish(events.map(writeDelivery)), options),
  );
  const health = await healthServer(config.host, config.port, async () => true);
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
  const book = postgresTaxBook(source);
  const health = await healthServer(config.host, config.port, async () => true);
  const ends: Part[] = [
    { name: 'database', close: () => source.destroy() },
    { name: 'health', close: health.close },
  ];
  if (config.kafkaBrokers.length === 0) {
    log.warn('no KAFKA_BROKERS: the outbox itself is the event log');
    const loop = startLoop(log, (options) =>
      relayLoop(
        postgresOutbox(source),
        async (events) => {
          for (const event of events) await takeIn(book, loggedDeadLetters(log), writeDelivery(event));
        },
        options,
      ),
    );
    return [...ends, { name: 'outbox reader', close: loop.stop }];
  }
  const kafka = kafkaClient(config.kafkaBrokers, 'interest-tax-worker', log);
  await ensureTopics(kafka);
  const publisher = await kafkaPublisher(kafka);
  const subscription = await kafkaSubscription(kafka, async (delivery) => {
    const outcome = await takeIn(book, publisher.deadLetters, delivery);
    log.debug({ outcome }, 'event taken in');
  });
  return [
    ...ends,
    { name: 'kafka producer', close: publisher.close },
    { name: 'kafka consumer', close: subscription.close },
  ];
}

function startLoop(log: Logger, run: (options: LoopOptions) => Promise<void>): { stop: () => Promise<void> } {
  const abort = new AbortController();
  const running = run({
    signal: abort.signal,
    sleep: (ms, signal) => sleep(ms, undefined, { signal }).catch(() => undefined),
    random: Math.random,
    onSent: (events) => log.debug({ events }, 'events sent'),
    onFault: (fault, waitMs) =>
      log.warn({ err: fault, waitMs }, 'events not sent: they stay in the outbox, trying again'),
  });
  return {
    stop: async () => {
      abort.abort();
      await running;
    },
  };
}

/** Without Kafka there is no dead-letter topic: the row stays in the outbox, the log names it, and a person must act. */
function loggedDeadLetters(log: Logger): DeadLetters {
  return {
    put: async ({ key, text }, cause) => {
      const eventId = /"eventId":"([0-9a-f-]{36})"/.exec(text)?.[1];
      log.error(
        { cause, eventId, account: maskAccountNo(key) },
        'dead letter: see this event in interest.outbox',
      );
    },
  };
}
