import { join } from 'node:path';
import { styleText } from 'node:util';
import { EXIT } from '@core-exit/process/exit-codes';
import { payableCustomers, withTokens } from './bank/customers.ts';
import { readConfig } from './config.ts';
import { HELP, readDemoArguments } from './demo/arguments.ts';
import type { Proof } from './demo/report.ts';
import { checkReportFile } from './demo/report-file.ts';
import { runDemo } from './demo/run.ts';
import { liveTable } from './demo/table.ts';
import type { WrongPayouts } from './demo/wrong-payouts.ts';
import { runMain, runStackProgram } from './program.ts';
import type { Run } from './run.ts';
import { writeEnvironmentFiles } from './stack/environment-files.ts';
import { printedProgress } from './stack/progress.ts';
import { readyText } from './stack/ready-text.ts';
import type { Stack } from './stack/stack.ts';

await runMain(async (argv) => {
  const args = readDemoArguments(argv);
  if (args.kind === 'help') {
    process.stdout.write(HELP);
    return;
  }
  if (args.report !== null) checkReportFile(args.report);
  const config = readConfig();
  const progress = printedProgress(process.stdout);
  const table = liveTable(process.stdout);
  await runStackProgram({
    keep: args.keep,
    byNpm: config.byNpm,
    waitSeconds: args.waitSeconds ?? config.waitSeconds,
    onWaiting(waiting) {
      if (!table.isShown()) progress.waiting(waiting); // both write the last line of the terminal
    },
    async body(run, leave) {
      const { stack, report } = await runDemo(run, config, args, { progress, table });
      table.line(`\n${costOfTheDefect(report.wrongPayouts)}`);
      table.line(`\nProofs\n${report.proofs.map(proofLine).join('\n')}`);
      if (args.report !== null) table.line(`\nreport written to ${args.report}`);
      if (args.once) return leave(report.proofs.every((proof) => proof.holds) ? EXIT.done : EXIT.found);
      table.line(await addressesText(stack, run));
    },
  });
});

function costOfTheDefect({ count, won }: WrongPayouts): string {
  return styleText(
    count === 0 ? 'green' : 'yellow',
    `${count} payouts of the defective release withheld ${won} won too much: each was reversed, and paid again the next day`,
  );
}

function proofLine({ says, holds, found }: Proof): string {
  return `  ${holds ? styleText('green', 'holds') : styleText('red', 'FAILS')}  ${says}: ${found}`;
}

async function addressesText({ bank, parts }: Stack, run: Run): Promise<string> {
  const environmentFiles = writeEnvironmentFiles(join(run.run.path, 'environment'), bank.environments());
  const [payable] = await payableCustomers(parts.postgres.address, 1);
  const [customer = null] = await withTokens(bank.auth, payable === undefined ? [] : [payable]);
  return `
The bank stays up; Ctrl-C ends it.
  Slack messages       ${parts.slack.address}
  OpenAPI, new core    ${bank.newCore.url}/docs
  OpenAPI, legacy      ${bank.legacyAdapterUrl}/docs
  Unleash              ${parts.unleash.address}  (admin / unleash4all)
  ledger               ${parts.postgres.address}
  logs                 ${run.run.path}/logs
${readyText({ bank, customer, environmentFiles })}`;
}
