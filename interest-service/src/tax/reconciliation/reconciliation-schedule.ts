import { setTimeout as sleep } from 'node:timers/promises';
import type { Part } from '@core-exit/process/stop';
import type { Logger } from 'pino';
import type { Reconciler, Reconciliation } from './reconciliation.ts';

const EVERY_MS = 60_000;

/**
 * Every minute: reconciles the receipts of today and yesterday. Once a day, after midnight or a first start: everything since the
 * first day of last month, whose remittance is due this month, with all sums. One process at a time does it.
 */
export function startReconciliation(
  reconciler: Reconciler,
  log: Logger,
  metrics: { reconciled(report: Reconciliation): void },
  everyMs: number = EVERY_MS,
): Part {
  const abort = new AbortController();
  let reported = '';

  const once = async (): Promise<void> => {
    const { today, yesterday, lastMonth } = await reconciler.dates();
    const whole = !(await reconciler.wholeDoneToday());
    const scope = { from: whole ? lastMonth : yesterday, to: today, whole };
    const report = await reconciler.run(scope, { repair: true });
    if (report === null) return;
    metrics.reconciled(report);
    // An error line calls a person, so each set of findings is logged once and not every minute.
    const findings = findingsOf(report);
    if (findings !== reported && findings !== '') {
      log.error({ findings: report.findings }, 'tax books do not agree: run `interest-service reconcile`');
    } else if (findings !== reported) log.info('tax books agree again');
    reported = findings;
    const { NO_EVENT, NOT_BOOKED } = report.repaired;
    if (NO_EVENT + NOT_BOOKED > 0) log.warn({ repaired: report.repaired }, 'tax postings repaired');
  };

  const loop = async (): Promise<void> => {
    while (!abort.signal.aborted) {
      await once().catch((fault: unknown) =>
        log.warn({ err: fault }, 'not reconciled: the next turn tries again'),
      );
      await sleep(everyMs, undefined, { signal: abort.signal }).catch(() => undefined);
    }
  };
  const turns = loop();
  return {
    name: 'reconciliation',
    close: async () => {
      abort.abort();
      await turns;
    },
  };
}

function findingsOf({ findings }: Reconciliation): string {
  return findings.map(({ what, count }) => `${what} ${count}`).join(', ');
}
