import { DEFAULT_STAGE } from './bank/bank.ts';
import { readConfig } from './config.ts';
import { messageOf } from './fault.ts';
import { runProgram } from './program.ts';
import { HELP, readArguments } from './stack/arguments.ts';
import { writeEnvironmentFile } from './stack/environment-file.ts';
import { onTerminal, silent } from './stack/progress.ts';
import { readyLine } from './stack/ready-line.ts';
import { startStack } from './stack/stack.ts';

async function main(argv: string[]): Promise<void> {
  const args = readArguments(argv, DEFAULT_STAGE);
  if (args.kind === 'help') {
    process.stdout.write(HELP);
    return;
  }
  const config = readConfig();
  const progress = args.json ? silent : onTerminal(process.stdout);
  await runProgram({ keep: args.keep, byNpm: config.byNpm }, async (run) => {
    const { parts, bank } = await startStack(run, config, { ...args, progress });
    const ready = await readyLine(parts, bank);
    const environment = writeEnvironmentFile(run.run.path, 'comparator.env', bank.comparatorEnv);
    if (args.json) process.stdout.write(`${JSON.stringify(ready)}\n`);
    progress.step(
      `comparisons: node --env-file=${environment} comparator/src/main.ts list (show, evidence, triage, replay, promote)`,
    );
    progress.step(`ready; Ctrl-C ends everything. Logs: ${run.run.path}/logs`);
  });
}

await main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = 2;
});
