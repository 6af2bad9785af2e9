import { setTimeout as sleep } from 'node:timers/promises';
import type { Part } from '@core-exit/process/stop';
import type { Logger } from 'pino';
import type { Config } from '../../config.ts';
import { connect, REPORT_LIMITS } from '../../ledger/data-source.ts';
import type { TaxMetrics } from '../tax.metrics.ts';
import { reconciler } from './reconciliation.sql.ts';
import type { Reconciliation } from './reconciliation.ts';

const EVERY_MS = 60_000;

/**
 * Every minute today's and yesterday's receipts; once a day, after midnight or a first start, also everything since the
 * first day of last month, whose remittance is due this month, with all sums. One process of all does it.
 */
export async function reconciling(
  config: Pick<Config, 'databaseUrl'>,
  log: Logger,
  metrics: Pick<TaxMetrics, 'reconciled'>,
  everyMs: number = EVERY_MS,
): Promise<Part> {
  const source = await connect(config.databaseUrl, 'interest-reconciliation', REPORT_LIMITS);
  const books = reconciler(source);
  const abort = new AbortController();
  let told = '';

  const once = async (): Promise<void> => {
    const { today, yesterday, lastMonth } = await books.dates();
    const whole = !(await books.wholeDoneToday());
    const scope = { from: whole ? lastMonth : yesterday, to: today, whole };
    const report = await books.run(scope, { repair: true });
    if (report === null) return;
    metrics.reconciled(report);
    // A person is called once for a state of things, not every minute.
    const state = findingsOf(report);
    if (state !== told && state !== '') {
      log.error({ findings: report.findings }, 'tax books do not agree: see `interest-service reconcile`');
    } else if (state !== told) log.info('tax books agree again');
    told = state;
    const { NO_EVENT, NOT_BOOKED } = report.repaired;
    if (NO_EVENT + NOT_BOOKED > 0) log.warn({ repaired: report.repaired }, 'tax postings repaired');
  };

  const loop = async (): Promise<void> => {
    while (!abort.signal.aborted) {
      await once().catch((fault: unknown) => log.warn({ err: fault }, 'not reconciled, trying again'));
      await sleep(everyMs, undefined, { signal: abort.signal }).catch(() => undefined);
    }
  };
  const running = loop();
  return {
    name: 'reconciliation',
    close: async () => {
      abort.abort();
      await running;
      await source.destroy();
    },
  };
}

function findingsOf({ findings }: Reconciliation): string {
  return findings.map(({ what, count }) => `${what} ${count}`).join(', ');
}
