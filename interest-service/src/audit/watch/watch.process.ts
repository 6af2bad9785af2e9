import { setTimeout as sleep } from 'node:timers/promises';
import { maskAccountNo } from '@core-exit/bank-contract/server';
import { healthServer } from '@core-exit/process/health';
import type { Part } from '@core-exit/process/stop';
import type { Logger } from 'pino';
import type { Config } from '../../config.ts';
import { booksPool } from '../../ledger/books-connection.ts';
import { taxRulesOnFile } from '../../ledger/tax-rules.ts';
import { sealIfDue } from '../seals/auto-seal.ts';
import { ANOMALIES, type Anomaly } from './anomalies.ts';
import { AnomalyAlerts, type Tell } from './anomaly-alerts.ts';
import { postgresLiveLedger } from './live-ledger.sql.ts';
import { slackTell } from './slack.ts';
import { watchMetrics } from './watch.metrics.ts';
import { startWatch } from './watch.ts';

const LOOK_EVERY_MS = 1_000;
/** After a look it rests four times as long as that took: never more than a fifth of a processor. */
const REST_OF_A_LOOK = 4;
/** Relay and worker take a second; five minutes cover brokers that restart. */
const TAX_WITHIN_MS = 5 * 60_000;
const SEAL_EVERY_MS = 30_000;
/** Not looked for so long: not ready. */
const READY_WITHIN_MS = 60_000;

type Metrics = ReturnType<typeof watchMetrics>;

/** Looks for impossible data in the ledger while it is written to, and seals the days that ended. */
export async function watch(config: Config, log: Logger): Promise<Part[]> {
  const pool = await booksPool(config.databaseUrl, { applicationName: 'interest-watch', readOnly: true });
  const metrics = watchMetrics();
  const rules = taxRulesOnFile(config.taxRulesFile);
  const look = await startWatch(postgresLiveLedger(pool), {
    rules,
    now: () => performance.now(),
    taxWithinMs: TAX_WITHIN_MS,
  });
  const tell = config.slackWebhookUrl === null ? null : slackTell(config.slackWebhookUrl);
  const alerts = new AnomalyAlerts();
  let lookedAt = performance.now();
  const stop = new AbortController();
  const looking = every(LOOK_EVERY_MS, stop.signal, log, metrics, async () => {
    const began = performance.now();
    const seen = await look();
    lookedAt = performance.now();
    const fresh = alerts.take(seen.anomalies);
    metrics.looked(seen, fresh, (lookedAt - began) / 1_000);
    for (const anomaly of fresh) logAnomaly(log, anomaly);
  });
  // Apart from the looks: Slack may be slow.
  const telling = every(LOOK_EVERY_MS, stop.signal, log, metrics, () =>
    sendAlerts(alerts, tell, log, metrics),
  );
  const sealing = every(SEAL_EVERY_MS, stop.signal, log, metrics, async () => {
    for (const seal of await sealIfDue(config.databaseUrl, log, stop.signal)) metrics.sealed(seal);
  });
  const isReady = async () => performance.now() - lookedAt < READY_WITHIN_MS;
  const health = await healthServer(config.host, config.port, { isReady, metrics: metrics.text });
  return [
    { name: 'database', close: () => pool.end() },
    {
      name: 'watch',
      close: async () => {
        stop.abort(new Error('stopping'));
        await Promise.all([looking, telling, sealing]);
      },
    },
    { name: 'health', close: health.close },
  ];
}

function logAnomaly(log: Logger, { kind, accountNo, seq, found }: Anomaly): void {
  log.error(
    { anomaly: kind, account: maskAccountNo(accountNo), seq: String(seq), found },
    `impossible data: ${ANOMALIES[kind]}`,
  );
}

async function sendAlerts(
  alerts: AnomalyAlerts,
  tell: Tell | null,
  log: Logger,
  metrics: Metrics,
): Promise<void> {
  if (tell === null) return;
  await alerts.send(tell, maskAccountNo).catch((fault: unknown) => {
    metrics.fault();
    log.warn({ err: fault }, 'alert not delivered: it goes with the next look');
  });
}

/** Runs work again and again until the signal; a fault is told and the next turn tries again. */
async function every(
  ms: number,
  signal: AbortSignal,
  log: Logger,
  metrics: Metrics,
  work: () => Promise<void>,
): Promise<void> {
  while (!signal.aborted) {
    const began = performance.now();
    await work().catch((fault: unknown) => {
      if (signal.aborted) return;
      metrics.fault();
      log.warn({ err: fault }, 'watching failed: trying again');
    });
    const rest = Math.max(ms, (performance.now() - began) * REST_OF_A_LOOK);
    await sleep(rest, undefined, { signal }).catch(() => undefined);
  }
}
