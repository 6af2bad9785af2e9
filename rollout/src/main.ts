import { type Command, runProgram } from '@core-exit/process/commands';
import { ABOUT, COMMANDS, FOOTER, readArguments } from './cli/arguments.ts';
import { print } from './cli/outcome.ts';

/** Each command imports only what it needs, because `evaluate` in a pipeline should not load a database driver. */
async function run(argv: string[]): Promise<number | null> {
  const args = readArguments(argv);
  if (args.command === 'evaluate') {
    const { evaluateFiles } = await import('./cli/evaluate.ts');
    return print(evaluateFiles(args.plan, args.evidence), args.json);
  }
  if (args.command === 'simulate') {
    const { simulateTo } = await import('./cli/simulate.ts');
    return print(await simulateTo(args.out, args.seed), args.json);
  }
  if (args.command === 'migrate') {
    const { readMigrationConfig } = await import('./config.ts');
    const { migrateRollout } = await import('./store/migrate.sql.ts');
    return print(await migrateRollout(readMigrationConfig().databaseUrl), args.json);
  }
  if (args.command === 'verify' && args.file !== null) {
    const { exportedDecisions, verify } = await import('./cli/decisions.ts');
    return print(await verify(exportedDecisions(args.file), args.expect), args.json);
  }
  const { runConnected } = await import('./cli/connected.ts');
  return runConnected(args);
}

const commands = Object.fromEntries(
  Object.entries(COMMANDS).map(([name, about]): [string, Command] => [
    name,
    { about, takesArguments: 'common-help', run: (args) => run([name, ...args]) },
  ]),
);
await runProgram({ about: ABOUT, commands, footer: FOOTER }, process.argv.slice(2));
