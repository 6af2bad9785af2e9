import { setTimeout as sleep } from 'node:timers/promises';
import { healthServer, Progress } from '@core-exit/process/health';
import type { Part } from '@core-exit/process/stop';
import type { Logger } from 'pino';
import type { DataSource } from 'typeorm';
import { connect } from '../ledger/data-source.ts';
import { readBacklog } from './backlog.sql.ts';
import { openEventStream } from './events/event-stream.kafka.ts';
import { postgresOutbox } from './events/outbox.sql.ts';
import { type OutboxEvent, relayEvents } from './events/relay.ts';
import { writeRecord } from './events/tax-event-record.ts';
import { topicsOf } from './events/topics.ts';
import { TaxMetrics } from './tax.metrics.ts';

/** A publish ends within 30 s, and a failed turn is followed by the next one within 5 s. */
export const RELAY_STUCK_AFTER_MS = 60_000;

export type RelaySettings = {
  host: string;
  port: number;
  databaseUrl: string;
  kafkaBrokers: string[];
  kafkaPrefix: string;
};

/** Outbox -> Kafka. */
export async function startRelay(settings: RelaySettings, log: Logger): Promise<Part[]> {
  const source = await connect(settings.databaseUrl, 'interest-relay');
  const topics = topicsOf(settings.kafkaPrefix);
  const stream = await openEventStream(settings.kafkaBrokers, 'interest-relay', log, topics);
  const publisher = await stream.publisher();
  const metrics = new TaxMetrics(readBacklog(source));
  const progress = new Progress(RELAY_STUCK_AFTER_MS);
  const publish = (events: OutboxEvent[]) => publisher.publish(topics.payouts.name, events.map(writeRecord));
  const relay = startRelayLoop(source, publish, { log, metrics, progress });
  const health = await healthServer(settings.host, settings.port, {
    isReady: () => true,
    progress,
    metrics: metrics.text,
  });
  return [
    { name: 'database', close: () => source.destroy() },
    { name: 'kafka', close: publisher.close },
    { name: 'relay', close: relay.stop },
    { name: 'health', close: health.close },
  ];
}

type LoopParts = { log: Logger; metrics: TaxMetrics; progress: Progress };

/** Reads the outbox until `stop`. */
export function startRelayLoop(
  source: DataSource,
  publish: (events: OutboxEvent[]) => Promise<void>,
  { log, metrics, progress }: LoopParts,
): { stop: () => Promise<void> } {
  const abort = new AbortController();
  const loop = relayEvents(postgresOutbox(source), publish, {
    signal: abort.signal,
    sleep: (ms, signal) => sleep(ms, undefined, { signal }).catch(() => undefined),
    random: Math.random,
    onTurn: () => progress.made(),
    onSent: (events) => metrics.sent(events),
    onFault: (fault, waitMs) => {
      metrics.fault();
      log.warn({ err: fault, waitMs }, 'events not sent: they stay in the outbox for the next attempt');
    },
  });
  return {
    stop: async () => {
      abort.abort();
      await loop;
    },
  };
}
