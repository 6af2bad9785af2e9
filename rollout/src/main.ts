import { pino } from 'pino';
import { type Arguments, HELP, readArguments } from './arguments.ts';
import { advance, back, EXIT, init, type Outcome, set, status, type Tools } from './commands.ts';
import { printable, readConfig } from './config.ts';
import { evidenceOver } from './evidence-source.ts';
import { BadInput, Fault } from './faults.ts';
import { flagControl } from './flag-control.ts';
import { loadPlan } from './plan.ts';
import { unleashAdmin } from './unleash-admin.ts';
import { watch } from './watch.ts';

type Command = Extract<Arguments, { kind: 'command' }>;

async function main(argv: string[]): Promise<number> {
  const args = readArguments(argv);
  if (args.kind === 'help') {
    process.stdout.write(HELP);
    return EXIT.done;
  }
  const config = readConfig(
    args.plan === undefined ? process.env : { ...process.env, ROLLOUT_PLAN: args.plan },
  );
  const plan = loadPlan(config.plan);
  const tools: Tools = {
    plan,
    flag: flagControl(
      plan,
      unleashAdmin(config.unleashUrl, config.unleashAdminToken, plan.flag),
      () => new Date(),
    ),
    evidence: evidenceOver(config.evidenceUrl),
  };
  if (args.command === 'watch') {
    const log = pino({ level: config.logLevel, base: { service: 'rollout' } });
    const stop = new AbortController();
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stop.abort());
    log.info({ config: printable(config) }, 'watching');
    await watch(tools, config.port, log, stop.signal);
    return EXIT.done;
  }
  const outcome = await run(tools, args);
  process.stdout.write(`${args.json ? JSON.stringify(outcome.json) : outcome.text}\n`);
  return outcome.exit;
}

function run(tools: Tools, args: Command): Promise<Outcome> {
  switch (args.command) {
    case 'init':
      return init(tools);
    case 'status':
      return status(tools);
    case 'advance':
      return advance(tools);
    case 'back':
      return back(tools);
    default:
      return set(tools, args.stage ?? 'off');
  }
}

// The exit code is set and not forced, so that the last line reaches a slow pipe.
main(process.argv.slice(2)).then(
  (exit) => {
    process.exitCode = exit;
  },
  (error: unknown) => {
    if (!(error instanceof Fault)) throw error;
    process.stderr.write(`${error.code}: ${error.message}\n  next: ${error.next}\n`);
    process.exitCode = error instanceof BadInput ? EXIT.badInput : EXIT.fault;
  },
);
