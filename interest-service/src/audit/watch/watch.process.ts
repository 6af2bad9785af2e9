import { setTimeout as sleep } from 'node:timers/promises';
import { maskAccountNo } from '@core-exit/bank-contract/server';
import { healthServer, Progress } from '@core-exit/process/health';
import type { Part } from '@core-exit/process/stop';
import { IncomingWebhook } from '@slack/webhook';
import type { Logger } from 'pino';
import { booksPool, connectToBooks } from '../../ledger/books-connection.ts';
import { taxRulesOnFile } from '../../ledger/tax-rules.ts';
import type { Seal } from '../seals/seal.ts';
import { sealIfDue } from '../seals/seal-days.ts';
import { postgresSealBook } from '../seals/seals.sql.ts';
import { ANOMALIES, type Anomaly } from './anomalies.ts';
import { AnomalyAlerts, type SendAlert } from './anomaly-alerts.ts';
import { postgresLiveLedger } from './live-ledger.sql.ts';
import { watchMetrics } from './watch.metrics.ts';
import { startWatch as startChecks } from './watch.ts';

const CHECK_EVERY_MS = 1_000;
/** After a check the process rests four times as long as the check took: it uses at most a fifth of a processor. */
const REST_PER_CHECK = 4;
/** Relay and worker take a second; five minutes cover brokers that restart. */
const MAX_TAX_DELAY_MS = 5 * 60_000;
const SEAL_EVERY_MS = 30_000;
/** Without a check for this long the process is not ready. */
const READY_WITHIN_MS = 60_000;
/** Longer than the longest statement and its rest. */
const STUCK_AFTER_MS = 60 * 60_000;
/** Slack usually answers in 200 ms. @slack/webhook waits without a limit by default. */
const SLACK_TIMEOUT_MS = 5_000;

export type WatchSettings = {
  host: string;
  port: number;
  databaseUrl: string;
  taxRulesFile: string;
  slackWebhookUrl: string | null;
};

type Metrics = ReturnType<typeof watchMetrics>;

/** Finds impossible data in the ledger while the ledger is written to, and seals the days that ended. */
export async function startWatch(settings: WatchSettings, log: Logger): Promise<Part[]> {
  const pool = await booksPool(settings.databaseUrl, { applicationName: 'interest-watch', readOnly: true });
  const metrics = watchMetrics();
  const check = await startChecks(postgresLiveLedger(pool), {
    rules: taxRulesOnFile(settings.taxRulesFile),
    now: () => performance.now(),
    maxTaxDelayMs: MAX_TAX_DELAY_MS,
  });
  const sendAlert = settings.slackWebhookUrl === null ? null : slackAlert(settings.slackWebhookUrl);
  const alerts = new AnomalyAlerts();
  const progress = new Progress(STUCK_AFTER_MS);
  let checkedAt = performance.now();
  const stop = new AbortController();
  const repeat = (everyMs: number, turn: () => Promise<void>) =>
    repeatUntilStopped({ everyMs, signal: stop.signal, log, metrics }, turn);
  const checks = repeat(CHECK_EVERY_MS, async () => {
    progress.made(); // a check that fails and is repeated is progress as well
    const began = performance.now();
    const result = await check();
    checkedAt = performance.now();
    const fresh = alerts.take(result.anomalies);
    metrics.checked(result, fresh, (checkedAt - began) / 1_000);
    for (const anomaly of fresh) logAnomaly(log, anomaly);
  });
  // A loop of its own, because Slack may be slow.
  const sending = repeat(CHECK_EVERY_MS, () => sendAlerts(alerts, sendAlert, log, metrics));
  const sealing = repeat(SEAL_EVERY_MS, () => sealDays(settings.databaseUrl, log, metrics, stop.signal));
  const health = await healthServer(settings.host, settings.port, {
    isReady: () => performance.now() - checkedAt < READY_WITHIN_MS,
    progress,
    metrics: metrics.text,
  });
  return [
    { name: 'database', close: () => pool.end() },
    {
      name: 'watch',
      close: async () => {
        stop.abort(new Error('stopping'));
        await Promise.all([checks, sending, sealing]);
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

/** Sends once. {@link AnomalyAlerts} keeps what did not arrive. */
function slackAlert(url: string): SendAlert {
  const webhook = new IncomingWebhook(url, { timeout: SLACK_TIMEOUT_MS, retryConfig: { retries: 0 } });
  return async (text) => {
    await webhook.send({ text });
  };
}

async function sendAlerts(
  alerts: AnomalyAlerts,
  sendAlert: SendAlert | null,
  log: Logger,
  metrics: Metrics,
): Promise<void> {
  if (sendAlert === null) return;
  await alerts.send(sendAlert, maskAccountNo).catch((fault: unknown) => {
    metrics.fault();
    log.warn({ err: fault }, 'alert not delivered: the next attempt follows the next check');
  });
}

async function sealDays(
  databaseUrl: string,
  log: Logger,
  metrics: Metrics,
  signal: AbortSignal,
): Promise<void> {
  const client = await connectToBooks(databaseUrl, { applicationName: 'interest-seal', readOnly: false });
  try {
    // The log keeps the digest where a person who can change the database cannot change it.
    const onSealed = (seal: Seal) => {
      const { businessDate, digest, facts } = seal;
      log.info({ businessDate, digest, facts: String(facts) }, 'day sealed');
      metrics.sealed(seal);
    };
    await sealIfDue(postgresSealBook(client), onSealed, signal);
  } finally {
    await client.end();
  }
}

type Loop = { everyMs: number; signal: AbortSignal; log: Logger; metrics: Metrics };

/** Repeats a turn until the signal. A fault is logged, and the next turn is the next attempt. */
async function repeatUntilStopped(
  { everyMs, signal, log, metrics }: Loop,
  turn: () => Promise<void>,
): Promise<void> {
  while (!signal.aborted) {
    const began = performance.now();
    await turn().catch((fault: unknown) => {
      if (signal.aborted) return;
      metrics.fault();
      log.warn({ err: fault }, 'a turn of the watch failed: the next turn tries again');
    });
    const rest = Math.max(everyMs, (performance.now() - began) * REST_PER_CHECK);
    await sleep(rest, undefined, { signal }).catch(() => undefined);
  }
}
