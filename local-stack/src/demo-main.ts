import { styleText } from 'node:util';
import { readConfig } from './config.ts';
import { HELP, readDemoArguments } from './demo/arguments.ts';
import { runDemo } from './demo/run.ts';
import { liveTable } from './demo/table.ts';
import { Fault } from './fault.ts';
import { type Leave, stopOnExitSignals } from './processes/exit-signals.ts';
import { openRun } from './run.ts';
import { onTerminal } from './stack/progress.ts';

async function main(argv: string[]): Promise<void> {
  const args = readDemoArguments(argv);
  if (args.kind === 'help') {
    process.stdout.write(HELP);
    return;
  }
  const config = readConfig();
  const run = await openRun({
    keep: args.keep,
    onCrash(crash) {
      run.run.keepUntilNextRun();
      process.stderr.write(`${crash.message}\n`);
      leave(1);
    },
  });
  const leave: Leave = stopOnExitSignals(run.close);
  try {
    const table = liveTable(process.stdout);
    const { stack, report } = await runDemo(run, config, args, {
      progress: onTerminal(process.stdout),
      table,
    });
    table.line('\nProofs');
    for (const { says, holds, found } of report.proofs) {
      table.line(`  ${holds ? styleText('green', 'holds') : styleText('red', 'FAILS')}  ${says}: ${found}`);
    }
    if (args.report !== null) table.line(`\nreport written to ${args.report}`);
    if (args.once) return leave(report.proofs.every((proof) => proof.holds) ? 0 : 1);
    const { bank, parts } = stack;
    table.line(`
Still up; Ctrl-C ends it. To look at:
  Slack messages       ${parts.slack.address}
  OpenAPI, new core    ${bank.newCore.url}/docs
  OpenAPI, legacy      ${bank.legacyAdapterUrl}/docs
  Unleash              ${parts.unleash.address}  (admin / unleash4all)
  evidence             ${bank.gatewayAdminUrl}/evidence
  signatures           ${bank.gatewayAdminUrl}/signatures
  ledger               ${parts.postgres.address}
  logs                 ${run.run.path}/logs`);
  } catch (error) {
    run.run.keepUntilNextRun();
    process.stderr.write(`${error instanceof Fault ? error.message : String((error as Error).stack)}\n`);
    process.stderr.write(`logs are kept in ${run.run.path}/logs until the next run\n`);
    leave(1);
  }
}

await main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Fault ? error.message : String((error as Error).stack)}\n`);
  process.exitCode = 2;
});
