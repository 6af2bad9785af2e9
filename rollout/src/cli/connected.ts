import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { EXIT } from '@core-exit/process/exit-codes';
import { closeLog, serviceLog } from '@core-exit/process/log';
import { closeParts, type Part, stopOnSignal } from '@core-exit/process/stop';
import type { Logger } from 'pino';
import { type Config, printable, readConfig } from '../config.ts';
import { dryRunTools } from '../controller/dry-run-tools.ts';
import { evidenceOver } from '../controller/evidence-source.ts';
import { slackNotifier } from '../controller/slack-notifier.ts';
import { startWatch } from '../controller/watch.ts';
import { flagControl } from '../flag/flag-control.ts';
import { unleashAdmin } from '../flag/unleash-admin.ts';
import { loadPlan } from '../plan/plan.ts';
import { postgresStore } from '../store/postgres-store.sql.ts';
import { approve } from './approve.ts';
import type { Arguments } from './arguments.ts';
import { allDecisions, showDecisions, verify } from './decisions.ts';
import { type Outcome, print } from './outcome.ts';
import { init, showPlan } from './setup.ts';
import { status } from './status.ts';
import { advance, back, resume, set, stop } from './steps.ts';
import type { Tools } from './tools.ts';

/** A command waits this long until Slack has accepted its message. Another process sends the message later. */
const LAST_MESSAGE_MS = 3_000;
/** The message gets half of this time to close; that is longer than the wait above and one request to Slack. */
const CLOSE_WITHIN_MS = 20_000;

/** A command that needs Unleash and the database. */
type ConnectedArguments = Exclude<Arguments, { command: 'evaluate' | 'simulate' | 'migrate' }>;
type OnceArguments = Exclude<ConnectedArguments, { command: 'watch' }>;

/** Runs a command and returns its exit code; null if the process stays up until a signal. */
export async function runConnected(args: ConnectedArguments): Promise<number | null> {
  const config = readConfig(args.plan);
  const log = serviceLog('rollout', config.logLevel, 'error');
  const { tools, sendDue, parts } = connect(config, log);
  let isUp = false;
  try {
    if (args.command !== 'watch') return await runOnce(args, tools);
    log.info({ config: printable(config), isDryRun: args.dryRun }, 'watching');
    const { admin: _admin, ...rest } = tools;
    const own = { ...rest, now: () => new Date(), holder: processName() };
    const watching = args.dryRun
      ? await startWatch(dryRunTools(own, log), config, log)
      : await startWatch(own, { ...config, sendDue }, log);
    stopOnSignal(log, [...parts, { name: 'controller', close: watching.close }]);
    isUp = true;
    return null;
  } finally {
    if (!isUp) {
      await closeParts(log, parts, CLOSE_WITHIN_MS);
      await closeLog();
    }
  }
}

async function runOnce(args: OnceArguments, tools: Tools): Promise<number> {
  const finish = (outcome: Outcome): number => print(outcome, args.json);
  switch (args.command) {
    case 'init':
      return finish(await init(tools, args.by, (line) => args.json || process.stdout.write(`${line}\n`)));
    case 'plan':
      return finish(await showPlan(tools));
    case 'status':
      return finish(await status(tools));
    case 'advance':
      return finish(await advance(tools, args));
    case 'back':
      return finish(await back(tools, args));
    case 'set':
      return finish(await set(tools, args.stage, args));
    case 'stop':
      return finish(await stop(tools, args));
    case 'resume':
      return finish(await resume(tools, args));
    case 'approve':
      return finish(await approve(tools, args));
    case 'decisions':
      return finish(await showDecisions(tools.store, args.limit));
    case 'verify':
      return finish(await verify(allDecisions(tools.store), args.expect));
    case 'export':
      for await (const record of allDecisions(tools.store))
        process.stdout.write(`${JSON.stringify(record)}\n`);
      return EXIT.done;
  }
}

/** `parts` are closed in reverse order: first the last messages are sent, then the database is closed. */
function connect(config: Config, log: Logger): { tools: Tools; sendDue: () => void; parts: Part[] } {
  const plan = loadPlan(config.plan);
  const { name: flag } = plan.flag;
  const { databaseUrl, clockFunction, slackWebhookUrl: webhookUrl } = config;
  const admin = unleashAdmin(config.unleashUrl, config.unleashAdminToken, plan.flag);
  const store = postgresStore({ databaseUrl, clockFunction, flag });
  const slack =
    webhookUrl === null ? null : slackNotifier({ webhookUrl, flag, store, sender: processName(), log });
  const tools: Tools = {
    plan,
    admin,
    store,
    flag: flagControl(plan, admin),
    evidence: evidenceOver(config.evidenceUrl),
    notify: slack?.notify ?? (() => undefined),
  };
  const parts: Part[] = [
    { name: 'database', close: () => store.close() },
    { name: 'Slack', close: async () => slack?.stop(LAST_MESSAGE_MS) },
  ];
  return { tools, sendDue: slack?.sendDue ?? (() => undefined), parts };
}

/** Unique over all processes of all machines. */
const processName = (): string => `${hostname()} ${process.pid} ${randomUUID()}`;
