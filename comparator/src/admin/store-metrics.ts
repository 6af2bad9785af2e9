import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Counter, Gauge, Registry } from 'prom-client';
import type { Batch, Overflow } from '../store/batch.ts';
import type { Written } from '../store/write-batch.sql.ts';

/** Fine enough to see a pause that a customer notices, and coarse enough to be no load. */
const LOOP_RESOLUTION_MS = 20;
const NANOSECONDS = 1e9;

/** What is measured between a verdict and the database, and between an alert and Slack. */
export type StoreSource = {
  waitingAlerts: () => Promise<number>;
  /** Batches in Kafka that are not in the database yet; left out: the process does not use Kafka. */
  consumerLag?: () => Promise<bigint>;
  /** Only of a process that gives verdicts. */
  verdicts?: { overflow: () => Overflow; unstored: () => number };
};

/** A value that cannot be read now is NaN, because 0 would be good news. */
export function measureStore(
  registry: Registry,
  { waitingAlerts, consumerLag, verdicts }: StoreSource,
): void {
  gauge(registry, 'comparator_alerts_waiting', 'Messages that Slack has not taken yet.', waitingAlerts);
  if (consumerLag !== undefined) {
    const help = 'Batches of verdicts that are in Kafka and not in the database yet, of all gateways.';
    gauge(registry, 'comparator_store_lag_batches', help, async () => Number(await consumerLag()));
  }
  if (verdicts === undefined) return;
  const help = 'Verdicts of this process that are only in memory yet.';
  gauge(registry, 'comparator_unstored_verdicts', help, async () => verdicts.unstored());
  new Counter({
    registers: [registry],
    name: 'comparator_left_out_total',
    help: 'What a limit left out: counts (lost), cases not kept whole and signatures not kept apart (both counted).',
    labelNames: ['what'],
    collect() {
      this.reset();
      for (const [what, n] of Object.entries(verdicts.overflow())) this.inc({ what }, n);
    },
  });
}

/** How late the timers of this process were since the last scrape; a blocked event loop delays every customer. */
export function measureEventLoop(registry: Registry): void {
  const delay = monitorEventLoopDelay({ resolution: LOOP_RESOLUTION_MS });
  delay.enable();
  new Gauge({
    registers: [registry],
    name: 'comparator_event_loop_delay_seconds',
    help: 'Delay of the event loop since the last scrape.',
    labelNames: ['quantile'],
    collect() {
      this.set({ quantile: '0.5' }, delay.percentile(50) / NANOSECONDS);
      this.set({ quantile: '0.99' }, delay.percentile(99) / NANOSECONDS);
      this.set({ quantile: '1' }, delay.max / NANOSECONDS);
      delay.reset();
    },
  });
}

function gauge(registry: Registry, name: string, help: string, read: () => Promise<number>): void {
  new Gauge({
    registers: [registry],
    name,
    help,
    async collect() {
      this.set(await read().catch(() => Number.NaN));
    },
  });
}

export type StoreMetrics = {
  wrote(batch: Batch, written: Written): void;
  text(): Promise<string>;
};

/** Metrics of `comparator store`: what it has written since its start, and its lag. */
export function createStoreMetrics(source: StoreSource): StoreMetrics {
  const registry = new Registry();
  const counter = (name: string, help: string) => new Counter({ registers: [registry], name, help });
  measureEventLoop(registry);
  measureStore(registry, source);
  const batches = counter('comparator_store_batches_total', 'Batches of verdicts written to the database.');
  const verdicts = counter('comparator_store_verdicts_total', 'Verdicts in these batches.');
  const missing = counter(
    'comparator_store_missing_batches_total',
    'Batches that never arrived: their verdicts are lost.',
  );
  const lost = counter('comparator_store_lost_counts_total', 'Counts that gateways had no memory for.');
  return {
    wrote(batch, written) {
      batches.inc();
      verdicts.inc([...batch.verdicts.values()].reduce((sum, { n }) => sum + n, 0));
      missing.inc(written.missing);
      lost.inc(batch.lost);
    },
    text: () => registry.metrics(),
  };
}
