import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { closeLog, serviceLog } from '@core-exit/process/log';
import type { Logger } from 'pino';
import { type Config, printable, readConfig } from '../config.ts';
import { handsTied } from '../controller/dry-run.ts';
import { slackAnnouncer } from '../controller/slack.ts';
import { watch } from '../controller/watch.ts';
import { evidenceOver } from '../evidence-source.ts';
import { flagControl } from '../flag-control.ts';
import { loadPlan } from '../plan.ts';
import { postgresStore } from '../store/postgres-store.ts';
import { unleashAdmin } from '../unleash-admin.ts';
import type { Arguments } from './arguments.ts';
import { allDecisions, showLog, verify } from './chain.ts';
import { EXIT, type Outcome, tell } from './outcome.ts';
import { init, showPlan } from './setup.ts';
import { status } from './status.ts';
import { advance, approve, back, resume, set, stop } from './steps.ts';
import type { Tools } from './tools.ts';

/** A command is over when Slack has its message, or after this long without. */
const LAST_MESSAGE_MS = 3_000;

/** Commands that need the environment. */
type Connected = Exclude<Arguments, { command: 'help' | 'evaluate' | 'simulate' | 'migrate' }>;

/** Runs a command against Unleash, evidence and database; returns its exit code. */
export async function runConnected(args: Connected): Promise<number> {
  const config = readConfig(args.plan);
  const log = serviceLog('rollout', config.logLevel, 'error');
  try {
    return await withTools(config, log, (tools, tellDue) => run(args, tools, { config, log, tellDue }));
  } finally {
    await closeLog();
  }
}

type Surroundings = { config: Config; log: Logger; tellDue: () => void };

async function run(args: Connected, tools: Tools, around: Surroundings): Promise<number> {
  const finish = (outcome: Outcome): number => tell(outcome, args.json);
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
    case 'log':
      return finish(await showLog(tools.store, args.limit));
    case 'verify':
      return finish(await verify(allDecisions(tools.store), args.expect));
    case 'export':
      for await (const record of allDecisions(tools.store))
        process.stdout.write(`${JSON.stringify(record)}\n`);
      return EXIT.done;
    case 'watch':
      return stayUp(tools, around, args.dryRun);
  }
}

async function withTools(
  config: Config,
  log: Logger,
  work: (tools: Tools, tellDue: () => void) => Promise<number>,
): Promise<number> {
  const plan = loadPlan(config.plan);
  const admin = unleashAdmin(config.unleashUrl, config.unleashAdminToken, plan.flag);
  const { databaseUrl, clockFunction, slackWebhookUrl } = config;
  const store = postgresStore({ databaseUrl, clockFunction, flag: plan.flag.name });
  const { name: flag } = plan.flag;
  const teller = `${hostname()} ${process.pid} ${randomUUID()}`;
  const slack =
    slackWebhookUrl === null
      ? null
      : slackAnnouncer({ webhookUrl: slackWebhookUrl, flag, store, teller, log });
  try {
    const tools: Tools = {
      plan,
      admin,
      store,
      flag: flagControl(plan, admin),
      evidence: evidenceOver(config.evidenceUrl),
      announce: slack?.announce ?? (() => undefined),
    };
    return await work(tools, slack?.tellDue ?? (() => undefined));
  } finally {
    await slack?.stop(LAST_MESSAGE_MS);
    await store.close();
  }
}

async function stayUp(
  tools: Tools,
  { config, log, tellDue }: Surroundings,
  isDryRun: boolean,
): Promise<number> {
  const stopping = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stopping.abort());
  log.info({ config: printable(config), isDryRun }, 'watching');
  const { admin: _admin, ...rest } = tools;
  const own = { ...rest, now: () => new Date(), holder: `${hostname()} ${process.pid} ${randomUUID()}` };
  if (isDryRun) await watch(handsTied(own, log), config, log, stopping.signal);
  else await watch(own, config, log, stopping.signal, tellDue);
  return EXIT.done;
}
