import type { Command } from '@core-exit/process/commands';
import { auditCommand } from './audit/rebuild/audit.command.ts';
import { sealCommand } from './audit/seals/seal.command.ts';
import { watch } from './audit/watch/watch.process.ts';
import { capitaliseCommand } from './capitalisation/capitalisation.command.ts';
import { running } from './command/running.ts';
import { correctCommand } from './correction/correction.command.ts';
import { migrateCommand } from './ledger/migrate.command.ts';
import { sweepCommand } from './payout/prune.command.ts';
import { startLedgerStream } from './quote/ledger-stream.process.ts';
import { serve } from './serve.ts';
import { redriveCommand } from './tax/book/redrive.command.ts';
import { remittanceCommand } from './tax/files/remittance.command.ts';
import { withholdingReceiptCommand } from './tax/files/withholding-receipt.command.ts';
import { reconcileCommand } from './tax/reconciliation/reconciliation.command.ts';
import { relay, taxWorker } from './tax/tax-worker.process.ts';

const COMMANDS: Record<string, Command> = {
  serve: running('serve', 'HTTP: quote, payout, rehearsal, receipts; OpenAPI page at /docs', serve),
  'ledger-stream': running(
    'ledger-stream',
    'drops the kept quotes of every account that anybody touched',
    startLedgerStream,
  ),
  relay: running('relay', 'sends events from the outbox to Kafka', relay),
  'tax-worker': running('tax-worker', 'takes events in and keeps the tax book', taxWorker),
  capitalise: capitaliseCommand,
  correct: correctCommand,
  reconcile: reconcileCommand,
  redrive: redriveCommand,
  remittance: remittanceCommand,
  'withholding-receipt': withholdingReceiptCommand,
  sweep: sweepCommand,
  watch: running(
    'watch',
    'looks for impossible data in the ledger, alerts, and seals the days that ended',
    watch,
  ),
  seal: sealCommand,
  audit: auditCommand,
  migrate: migrateCommand,
};

const HELP = `interest-service: the new core of interest payout

${Object.entries(COMMANDS)
  .map(([name, { about }]) => `  ${name.padEnd(14)} ${about}`)
  .join('\n')}

Settings come from the environment: docs/configuration.md.
`;

async function main([name, ...args]: string[]): Promise<number | null> {
  if (name === '--help' || name === 'help') {
    process.stdout.write(HELP);
    return 0;
  }
  const command = name === undefined ? undefined : COMMANDS[name];
  if (command === undefined) {
    process.stderr.write(HELP);
    return 2;
  }
  return command.run(args);
}

main(process.argv.slice(2)).then(
  (code) => code !== null && process.exit(code),
  (fault: Error) => {
    process.stderr.write(`${fault.message}\n`);
    process.exit(1);
  },
);
