import { setTimeout as sleep } from 'node:timers/promises';
import type { Customer } from '../bank/customers.ts';
import type { Config } from '../config.ts';
import { databaseUrl, query } from '../parts/postgres.ts';
import { until } from '../processes/until.ts';
import type { Run } from '../run.ts';
import type { Progress } from '../stack/progress.ts';
import { partVersions } from '../stack/ready-line.ts';
import { type Stack, startStack } from '../stack/stack.ts';
import type { DemoArguments } from './arguments.ts';
import { type Books, readBooks } from './books.ts';
import { customerApp } from './customer.ts';
import { defectiveRelease } from './defect.ts';
import { type GatewayView, gatewayView } from './gateway-view.ts';
import { moveToTheNewCore } from './migration.ts';
import { seededRandom } from './random.ts';
import { readRemediation } from './remediation.ts';
import { type Evidence, type Report, reportOf } from './report.ts';
import { writeReport } from './report-file.ts';
import { slackView } from './slack-view.ts';
import { type Table, tableHead } from './table.ts';
import { startTraffic } from './traffic.ts';
import { findWrongPayouts, legacyRehearsal } from './wrong-payouts.ts';

/** About a tenth of the published average, so that a demo does not wait for the legacy core. */
const LEGACY_LATENCY_MS = 30;
const ROW_EVERY_MS = 1_000;
/** From the last payout to its tax posting: usually less than a second. */
const SETTLE_WITHIN_MS = 60_000;

export type Demo = { stack: Stack; report: Report };

/** Starts the bank, moves it to the new core under traffic, and checks the books. */
export async function runDemo(
  run: Run,
  config: Config,
  args: Extract<DemoArguments, { kind: 'run' }>,
  { progress, table }: { progress: Progress; table: Table },
): Promise<Demo> {
  const stack = await startStack(run, config, {
    accounts: args.accounts,
    progress,
    legacyLatencyMs: LEGACY_LATENCY_MS,
  });
  const { bank, parts } = stack;
  const ownerUrl = parts.postgres.address;
  const gateway = gatewayView(bank.gatewayAdminUrl);
  const app = customerApp(bank.gatewayUrl, bank.auth);
  const traffic = startTraffic({
    app,
    customers: await allCustomers(ownerUrl),
    channelUrl: databaseUrl(ownerUrl, { role: 'channel' }),
    random: seededRandom(args.seed),
  });
  const rehearse = legacyRehearsal(bank.legacyAdapterUrl, bank.tokens.service);
  table.line(`\n${tableHead()}`);
  const rows = showRows(gateway, table);
  const defect = await moveToTheNewCore({
    bank,
    ownerUrl,
    gateway,
    slack: slackView(parts.slack.origin === 'started' ? parts.slack.address : null, gateway),
    defective: defectiveRelease('1.1.0', run.run.directory('releases')),
    fixed: { version: '1.1.1' },
    stageMs: args.stageSeconds * 1_000,
    onEvent: table.event,
    operator: { newCoreUrl: bank.newCore.url, token: bank.tokens.operator, ownerUrl, rehearse },
    app,
    releaseWithinMs: (args.waitSeconds ?? config.waitSeconds) * 1_000,
  });
  await traffic.stop();
  const auditorUrl = databaseUrl(ownerUrl, { role: 'auditor' });
  const settled = await settledBooks(auditorUrl, gateway, app.acknowledged);
  await rows.stop();
  const evidence: Evidence = {
    books: settled,
    wrongPayouts: await findWrongPayouts(ownerUrl, defect, rehearse),
    remediation: await readRemediation(ownerUrl),
    stages: await gateway.stages(),
    alerts: await gateway.alerts(),
    defect,
    requests: { ...(await gateway.requests()), sent: app.sent(), unanswered: app.unanswered() },
  };
  const report = reportOf(evidence, partVersions(parts));
  if (args.report !== null) writeReport(args.report, report);
  return { stack, report };
}

/** The books when the last tax posting and the last verdict are stored, or as they are at the time limit. */
async function settledBooks(
  auditorUrl: string,
  gateway: GatewayView,
  acknowledged: Parameters<typeof readBooks>[1],
): Promise<Books> {
  const settled = async () => {
    const { requests, settled: judged } = await gateway.requests();
    const stored = (await gateway.stages()).reduce((sum, stage) => sum + stage.requests, 0);
    if (judged !== requests || stored !== requests) return false;
    const { taxMissing, broken } = await readBooks(auditorUrl, []);
    return taxMissing === 0 && broken.length === 0;
  };
  await until(settled, { timeoutMs: SETTLE_WITHIN_MS, everyMs: 200, what: 'the books are complete' }).catch(
    () => undefined,
  );
  return await readBooks(auditorUrl, acknowledged);
}

function showRows(gateway: GatewayView, table: Table): { stop(): Promise<void> } {
  let stopped = false;
  const show = async (): Promise<void> => {
    const [stages, alerts] = await Promise.all([gateway.stages(), gateway.alerts()]);
    const last = stages.at(-1);
    if (last !== undefined)
      table.row(
        last,
        alerts.reduce((sum, alert) => sum + alert.slackMessages, 0),
      );
  };
  const running = (async () => {
    while (!stopped) {
      await show().catch(() => undefined); // the next row shows it
      await sleep(ROW_EVERY_MS);
    }
    await show();
  })();
  return {
    async stop() {
      stopped = true;
      await running;
    },
  };
}

async function allCustomers(ownerUrl: string): Promise<Customer[]> {
  return await query<Customer>(
    ownerUrl,
    'select customer_id as "customerId", account_no as "accountNo" from core.account order by account_no',
  );
}
