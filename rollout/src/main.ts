import { pino } from 'pino';
import { HELP, readArguments } from './arguments.ts';
import { advance, back, EXIT, init, type Outcome, set, status, type Tools } from './commands.ts';
import { type Config, printable, readConfig } from './config.ts';
import { evidenceOver } from './evidence-source.ts';
import { BadInput, Fault } from './faults.ts';
import { flagControl } from './flag-control.ts';
import { evaluateDocuments } from './gate/evaluate-files.ts';
import { judgementText } from './gate/judgement-text.ts';
import { loadPlan } from './plan.ts';
import { readJson } from './read-json.ts';
import { unleashAdmin } from './unleash-admin.ts';
import { watch } from './watch.ts';

const GATE_EXIT = { PASS: 0, FAIL: 1, UNKNOWN: 2 } as const;

async function main(argv: string[]): Promise<number> {
  const args = readArguments(argv);
  if (args.command === 'help') {
    process.stdout.write(HELP);
    return EXIT.done;
  }
  if (args.command === 'evaluate') {
    const judgement = evaluateDocuments(
      readJson(args.plan, 'the plan'),
      readJson(args.evidence, 'the evidence'),
    );
    process.stdout.write(`${args.json ? JSON.stringify(judgement) : judgementText(judgement)}\n`);
    return GATE_EXIT[judgement.decision];
  }
  const config = readConfig(args.plan);
  const plan = loadPlan(config.plan);
  const admin = unleashAdmin(config.unleashUrl, config.unleashAdminToken, plan.flag);
  const tools: Tools = {
    plan,
    flag: flagControl(plan, admin, () => new Date()),
    evidence: evidenceOver(config.evidenceUrl),
  };
  const tell = ({ json, text, exit }: Outcome): number => {
    process.stdout.write(`${args.json ? JSON.stringify(json) : text}\n`);
    return exit;
  };
  switch (args.command) {
    case 'init':
      return tell(await init(tools));
    case 'status':
      return tell(await status(tools));
    case 'advance':
      return tell(await advance(tools));
    case 'back':
      return tell(await back(tools));
    case 'set':
      return tell(await set(tools, args.stage));
    case 'watch':
      return stayUp(tools, config);
  }
}

async function stayUp(tools: Tools, config: Config): Promise<number> {
  const log = pino({ level: config.logLevel, base: { service: 'rollout' } });
  const stop = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stop.abort());
  log.info({ config: printable(config) }, 'watching');
  await watch(tools, config, log, stop.signal);
  return EXIT.done;
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
