import { type Command, runProgram } from '@core-exit/process/commands';
import type { CommandRun } from './commands/arguments.ts';

/** A command whose module is loaded when the command is called, because `compare` needs no server. */
function lazily(about: string, load: () => Promise<CommandRun>): Command {
  return { about, takesArguments: 'own-help', run: async (args) => (await load())(args) };
}

const readGateway = async (name: 'list' | 'show' | 'evidence') =>
  (await import('./commands/read-gateway.ts')).readGatewayCommand(name);

await runProgram(
  {
    about:
      "The gateway in front of two cores: answers from the primary, sends the shadow's request, compares, stores, alerts.",
    commands: {
      serve: lazily('stay up as the gateway', async () => (await import('./commands/serve.ts')).serveCommand),
      store: lazily(
        'write verdicts from Kafka to the database, until a signal',
        async () => (await import('./commands/store.ts')).storeCommand,
      ),
      migrate: lazily(
        'bring the schema `comparator` to the state of this release',
        async () => (await import('./commands/migrate.ts')).migrateCommand,
      ),
      try: lazily(
        'compare two services without flag, database and Slack',
        async () => (await import('./commands/try.ts')).tryCommand,
      ),
      compare: lazily(
        'compare JSON documents of a file or of standard input',
        async () => (await import('./commands/compare.ts')).compareCommand,
      ),
      sweep: lazily(
        'compare both cores for every account of a range, and report',
        async () => (await import('./commands/sweep.ts')).sweepCommand,
      ),
      list: lazily('comparisons, signatures, alerts or verdicts of a running gateway', () =>
        readGateway('list'),
      ),
      show: lazily('one comparison, whole and masked', () => readGateway('show')),
      evidence: lazily('the evidence that the gate of a rollout reads', () => readGateway('evidence')),
      replay: lazily(
        'send a stored request to both cores again',
        async () => (await import('./commands/replay.ts')).replayCommand,
      ),
      promote: lazily(
        'write a stored case as a row of a case suite',
        async () => (await import('./commands/promote.ts')).promoteCommand,
      ),
      triage: lazily(
        'record that a signature is acknowledged, expected or fixed',
        async () => (await import('./commands/triage.ts')).triageCommand,
      ),
    },
    footer:
      'Each command has --help with its arguments, settings and exit codes. Settings: docs/configuration.md.',
  },
  process.argv.slice(2),
);
