import { VERDICTS } from '@core-exit/rollout';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Recorder } from '../gateway/ports.ts';
import type { Tally } from '../store/tally.ts';
import { NoiseBaseline, type NoiseReport } from '../verdict/noise.ts';
import { measureEventLoop, measureStore, type StoreSource } from './store-metrics.ts';

/** From a cached read to a write of the legacy core that waits for a lock. */
const CALL_BUCKETS_S = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 2, 5, 10];

/** `store` left out: verdicts stay in memory. */
export type MetricsSource = { tally: Tally; shadowsUnderWay: () => number; store?: StoreSource };
export type Metrics = {
  /** The recorder, which also measures what it records. */
  watching(recorder: Recorder): Recorder;
  /** How often the legacy core differs from itself and the new core from the legacy core, since the start. */
  noise(): NoiseReport[];
  text(): Promise<string>;
};

/** Metrics of this process since its start. Requests minus verdicts are the requests under way. */
export function createMetrics({ tally, shadowsUnderWay, store }: MetricsSource): Metrics {
  const registers = [new Registry()];
  const [registry] = registers as [Registry];
  measureEventLoop(registry);
  if (store !== undefined) measureStore(registry, store);
  countVerdicts(registers, tally);
  new Gauge({
    registers,
    name: 'comparator_shadows_under_way',
    help: 'Comparisons that hold a permit or wait for one.',
    collect() {
      this.set(shadowsUnderWay());
    },
  });
  const dropped = new Counter({
    registers,
    name: 'comparator_dropped_total',
    help: 'Requests that should have been compared and were not, by the reason.',
    labelNames: ['operation', 'because'],
  });
  const calls = new Histogram({
    registers,
    name: 'comparator_call_seconds',
    help: 'Calls to the cores, from the first attempt to send to the last byte or the failure.',
    labelNames: ['operation', 'core', 'role'],
    buckets: CALL_BUCKETS_S,
  });
  const noisePairs = new Counter({
    registers,
    name: 'comparator_noise_pairs_total',
    help: 'Requests that the legacy core answered twice, by which second answer differed from its first.',
    labelNames: ['operation', 'new_differs', 'legacy_differs'],
  });
  const noise = new NoiseBaseline();
  return {
    watching: (recorder) => ({
      noise(pair) {
        noise.add(pair);
        const { operation, newDiffers, legacyDiffers } = pair;
        noisePairs.inc({ operation, new_differs: String(newDiffers), legacy_differs: String(legacyDiffers) });
      },
      requested: () => recorder.requested(),
      settled(observation) {
        recorder.settled(observation);
        const { operation, because, timings } = observation;
        if (because !== null) dropped.inc({ operation, because });
        for (const { core, role, ms } of timings) calls.observe({ operation, core, role }, ms / 1_000);
      },
    }),
    noise: () => noise.report(),
    text: () => registry.metrics(),
  };
}

function countVerdicts(registers: Registry[], tally: Tally): void {
  new Counter({
    registers,
    name: 'comparator_requests_total',
    help: 'Requests of operations that were sent to a core, or refused in an overload.',
    collect() {
      this.reset();
      this.inc(tally.requests);
    },
  });
  new Counter({
    registers,
    name: 'comparator_verdicts_total',
    help: 'Verdicts; every request gets exactly one.',
    labelNames: ['verdict'],
    collect() {
      this.reset();
      for (const verdict of VERDICTS) this.inc({ verdict }, tally.verdicts[verdict]);
    },
  });
}
