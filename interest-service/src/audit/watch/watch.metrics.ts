import { Counter, Gauge, Registry } from 'prom-client';
import type { Seal } from '../seals/seal.ts';
import { ANOMALIES, type Anomaly } from './anomalies.ts';
import type { Check } from './watch.ts';

/** What the watch checked and found. One alert rule is enough: `increase(interest_anomalies_total[10m]) > 0`. */
export function watchMetrics() {
  const registry = new Registry();
  const registers = [registry];
  const counter = (name: string, help: string) => new Counter({ name, help, registers });
  const gauge = (name: string, help: string) => new Gauge({ name, help, registers });
  const anomalies = new Counter({
    name: 'interest_anomalies_total',
    help: 'Impossible data found in the core ledger, each counted once.',
    labelNames: ['kind'],
    registers,
  });
  for (const kind of Object.keys(ANOMALIES)) anomalies.inc({ kind }, 0);
  const entries = counter('interest_watch_entries_total', 'Entries checked.');
  const accounts = counter('interest_watch_swept_accounts_total', 'Accounts rebuilt in the rotation.');
  const rounds = counter('interest_watch_rounds_total', 'Completed rotations over all accounts.');
  const faults = counter(
    'interest_watch_faults_total',
    'Checks, seals and alerts that failed and were repeated.',
  );
  const lastCheck = gauge('interest_watch_last_look_seconds', 'Time of the last check, since the epoch.');
  const checkTime = gauge('interest_watch_look_duration_seconds', 'Duration of the last check.');
  const sealedThrough = gauge(
    'interest_sealed_through_seconds',
    'Midnight UTC of the last sealed business date.',
  );
  return {
    text: () => registry.metrics(),
    checked(check: Check, fresh: readonly Anomaly[], seconds: number): void {
      for (const { kind } of fresh) anomalies.inc({ kind });
      entries.inc(check.entries);
      accounts.inc(check.rebuilt);
      if (check.isRoundComplete) rounds.inc();
      lastCheck.setToCurrentTime();
      checkTime.set(seconds);
    },
    sealed: ({ businessDate }: Pick<Seal, 'businessDate'>): void =>
      sealedThrough.set(Date.parse(`${businessDate}T00:00:00Z`) / 1_000),
    fault: (): void => faults.inc(),
  };
}
