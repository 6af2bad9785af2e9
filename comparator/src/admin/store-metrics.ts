import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Counter, Gauge, type Registry } from 'prom-client';
import type { Left } from '../store/batch.ts';

/** Fine enough to see a pause that a customer would notice, and no load by itself. */
const LOOP_RESOLUTION_MS = 20;
const NANOSECONDS = 1e9;

/** What there is to measure of the way from a verdict to the database and to Slack. */
export type StoreSource = {
  waitingAlerts: () => Promise<number>;
  /** Batches in Kafka that nobody has written yet; left out: there is no Kafka between. */
  behind?: () => Promise<bigint>;
  /** Of a process that gives verdicts. */
  verdicts?: { left: () => Left; unstored: () => number };
};

/** What cannot be asked just now is told as NaN: nobody knows, and 0 would be good news. */
export function measureStore(registry: Registry, { waitingAlerts, behind, verdicts }: StoreSource): void {
  gauge(registry, 'comparator_alerts_waiting', 'Messages that Slack has not taken yet.', waitingAlerts);
  if (behind !== undefined) {
    const help = 'Batches of verdicts that are in Kafka and not in the database yet, of all gateways.';
    gauge(registry, 'comparator_store_lag_batches', help, async () => Number(await behind()));
  }
  if (verdicts === undefined) return;
  const help = 'Verdicts of this process that are only in memory yet.';
  gauge(registry, 'comparator_unstored_verdicts', help, async () => verdicts.unstored());
  new Counter({
    registers: [registry],
    name: 'comparator_left_out_total',
    help: 'What found no place: counts (lost), cases not kept whole and signatures not told apart (both counted).',
    labelNames: ['what'],
    collect() {
      this.reset();
      for (const [what, n] of Object.entries(verdicts.left())) this.inc({ what }, n);
    },
  });
}

/** How late timers of this process were since the last look; a loop that is held up delays every customer. */
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
