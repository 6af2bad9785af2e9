import { styleText } from 'node:util';
import { readConfig } from './config.ts';
import { HELP, readDemoArguments } from './demo/arguments.ts';
import type { Proof } from './demo/report.ts';
import { checkReportFile } from './demo/report-file.ts';
import { runDemo } from './demo/run.ts';
import { liveTable } from './demo/table.ts';
import type { WrongPayouts } from './demo/wrong-payouts.ts';
import { messageOf } from './fault.ts';
import { runProgram } from './program.ts';
import { onTerminal } from './stack/progress.ts';
import type { Stack } from './stack/stack.ts';

async function main(argv: string[]): Promise<void> {
  const args = readDemoArguments(argv);
  if (args.kind === 'help') {
    process.stdout.write(HELP);
    return;
  }
  if (args.report !== null) checkReportFile(args.report);
  const config = readConfig();
  await runProgram({ keep: args.keep, byNpm: config.byNpm }, async (run, leave) => {
    const table = liveTable(process.stdout);
    const { stack, report } = await runDemo(run, config, args, {
      progress: onTerminal(process.stdout),
      table,
    });
    table.line(`\n${costOfTheDefect(report.wrongPayouts)}`);
    table.line(`\nProofs\n${report.proofs.map(proofLine).join('\n')}`);
    if (args.report !== null) table.line(`\nreport written to ${args.report}`);
    if (args.once) return leave(report.proofs.every((proof) => proof.holds) ? 0 : 1);
    table.line(whereToLook(stack, `${run.run.path}/logs`));
  });
}

function costOfTheDefect({ count, won }: WrongPayouts): string {
  return styleText(
    count === 0 ? 'green' : 'yellow',
    `${count} payouts of the defective release withheld ${won} won too much: taken back, and paid anew the next day`,
  );
}

function proofLine({ says, holds, found }: Proof): string {
  return `  ${holds ? styleText('green', 'holds') : styleText('red', 'FAILS')}  ${says}: ${found}`;
}

function whereToLook({ bank, parts }: Stack, logs: string): string {
  return `
Still up; Ctrl-C ends it. To look at:
  Slack messages       ${parts.slack.address}
  OpenAPI, new core    ${bank.newCore.url}/docs
  OpenAPI, legacy      ${bank.legacyAdapterUrl}/docs
  Unleash              ${parts.unleash.address}  (admin / unleash4all)
  evidence             ${bank.gatewayAdminUrl}/evidence
  signatures           ${bank.gatewayAdminUrl}/signatures
  ledger               ${parts.postgres.address}
  logs                 ${logs}`;
}

await main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = 2;
});
