import { EXIT } from './commands/exit.ts';
import { BadInput, Fault } from './faults.ts';

const HELP = `The gateway in front of two cores: answers from the primary, asks the shadow, compares, stores, alerts.

  comparator serve      stay up; needs the environment below
  comparator store      write verdicts from Kafka to the database; needs DATABASE_URL and KAFKA_BROKERS,
                        with ADMIN_PORT it tells its health and metrics
  comparator migrate    bring schema comparator to its newest form; needs DATABASE_URL of the owner
  comparator try        compare two services at once, with no flag, no database and no Slack
  comparator compare    compare JSON documents of a file or standard input; needs nothing
  comparator sweep      ask both cores about every account of a range, and report
  comparator list       comparisons, signatures, alerts, verdicts of a running gateway
  comparator show       one comparison, whole and masked
  comparator evidence   what the gate of a rollout reads
  comparator replay     ask both cores a stored question again
  comparator promote    write a stored case as a row of a case suite
  comparator triage     say what becomes of a signature; needs DATABASE_URL

Each has --help. Environment of serve:
             PORT ADMIN_PORT OPERATIONS_FILE LEGACY_URL NEW_URL DATABASE_URL UNLEASH_URL UNLEASH_TOKEN
             SLACK_WEBHOOK_URL AUTH_JWKS SERVICE_TOKEN
             [HOST] [ADMIN_URL] [ALERT_DIGEST_SECONDS] [KEPT_DAYS] [REPLAY_KEY] [KAFKA_BROKERS] [KAFKA_PREFIX]
             [UNLEASH_BACKUP_DIR] [LOG_LEVEL]
Exit: 0 stopped or done · 3 bad arguments, environment or operations file · 4 a fault
`;

type Command = (args: readonly string[]) => Promise<number>;

/** Loaded when asked for: comparing two documents needs no server. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  serve: async () => plain((await import('./commands/serve.ts')).serveCommand),
  store: async () => plain((await import('./commands/store.ts')).storeCommand),
  migrate: async () => plain((await import('./commands/migrate.ts')).migrateCommand),
  try: async () => (await import('./commands/try.ts')).tryCommand,
  sweep: async () => (await import('./commands/sweep.ts')).sweepCommand,
  list: async () => (await import('./commands/ask.ts')).askCommand('list'),
  show: async () => (await import('./commands/ask.ts')).askCommand('show'),
  evidence: async () => (await import('./commands/ask.ts')).askCommand('evidence'),
  replay: async () => (await import('./commands/replay.ts')).replayCommand,
  promote: async () => (await import('./commands/promote.ts')).promoteCommand,
  triage: async () => (await import('./commands/triage.ts')).triageCommand,
  compare: async () => (await import('./commands/compare.ts')).compareCommand,
};

/** A command without arguments of its own. */
function plain(command: () => Promise<number>): Command {
  return async (args) => {
    if (args.includes('--help')) {
      process.stdout.write(HELP);
      return EXIT.done;
    }
    if (args.length > 0)
      throw new BadInput('the command line', [`${args.join(' ')}: no arguments are taken`]);
    return command();
  };
}

async function main([name, ...args]: string[]): Promise<number> {
  if (name === '--help' || name === 'help') {
    process.stdout.write(HELP);
    return EXIT.done;
  }
  const command = Object.hasOwn(COMMANDS, name ?? '') ? COMMANDS[name ?? ''] : undefined;
  if (command === undefined) {
    const known = Object.keys(COMMANDS).join(', ');
    throw new BadInput('the command line', [`${name ?? 'no command'}: ${known} or --help`]);
  }
  return (await command())(args);
}

function fail(error: unknown): number {
  const next = error instanceof Fault ? `\n  next: ${error.next}` : '';
  const code = error instanceof Fault ? error.code : 'FAULT';
  process.stderr.write(`${code}: ${error instanceof Error ? error.message : String(error)}${next}\n`);
  return error instanceof BadInput ? EXIT.badInput : EXIT.fault;
}

process.stdout.on('error', (error: NodeJS.ErrnoException) =>
  process.exit(error.code === 'EPIPE' ? EXIT.done : EXIT.fault),
);
const code = await main(process.argv.slice(2)).catch(fail);
process.exitCode = code;
if (process.stdout.writableLength === 0) process.exit(code);
process.stdout.end(() => process.exit(code));
