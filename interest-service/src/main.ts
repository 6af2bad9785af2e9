import { type Command, runProgram } from '@core-exit/process/commands';
import { serviceLog } from '@core-exit/process/log';
import { type Part, stopOnSignal } from '@core-exit/process/stop';
import type { Logger } from 'pino';
import { auditCommand } from './audit/rebuild/audit.command.ts';
import { sealCommand } from './audit/seals/seal.command.ts';
import { startWatch } from './audit/watch/watch.process.ts';
import { capitaliseCommand } from './capitalisation/capitalisation.command.ts';
import { type Role, readConfig, type SettingsOf } from './config.ts';
import { correctCommand } from './correction/correction.command.ts';
import { migrateCommand } from './ledger/migrate.command.ts';
import { pruneCommand } from './payout/prune.command.ts';
import { startLedgerStream } from './quote/ledger-stream.process.ts';
import { serve } from './serve.ts';
import { redriveCommand } from './tax/book/redrive.command.ts';
import { remittanceCommand } from './tax/files/remittance.command.ts';
import { withholdingReceiptCommand } from './tax/files/withholding-receipt.command.ts';
import { reconcileCommand } from './tax/reconciliation/reconciliation.command.ts';
import { startRelay } from './tax/relay.process.ts';
import { startTaxWorker } from './tax/tax-worker.process.ts';

type LongRunningRole = Exclude<Role, 'batch' | 'migrate'>;

/** A command that stays up until a signal, with its own log. */
function longRunning<R extends LongRunningRole>(
  role: R,
  about: string,
  start: (settings: SettingsOf<R>, log: Logger) => Promise<Part[]>,
): Command {
  return {
    about,
    async run() {
      const settings = readConfig(role);
      const { logLevel, port, version } = settings as SettingsOf<LongRunningRole>;
      const log = serviceLog(`interest-${role}`, logLevel);
      stopOnSignal(log, await start(settings, log));
      log.info({ port, version }, 'ready');
      return null;
    },
  };
}

const batch = () => readConfig('batch');

await runProgram(
  {
    about: 'interest-service: the new core of interest payout',
    commands: {
      serve: longRunning('serve', 'HTTP: quote, payout, rehearsal, receipts; OpenAPI page at /docs', serve),
      'ledger-stream': longRunning(
        'ledger-stream',
        'drops the cached quotes of every account that changed, by any core or channel',
        startLedgerStream,
      ),
      relay: longRunning('relay', 'sends tax events from the outbox to Kafka', startRelay),
      'tax-worker': longRunning('tax-worker', 'books tax events and proves the tax book', startTaxWorker),
      watch: longRunning(
        'watch',
        'finds impossible data in the ledger, alerts, and seals the days that ended',
        startWatch,
      ),
      capitalise: capitaliseCommand(batch),
      correct: correctCommand(batch),
      reconcile: reconcileCommand(batch),
      redrive: redriveCommand(batch),
      remittance: remittanceCommand(batch),
      'withholding-receipt': withholdingReceiptCommand(batch),
      prune: pruneCommand(batch),
      seal: sealCommand(batch),
      audit: auditCommand(batch),
      migrate: migrateCommand(() => readConfig('migrate')),
    },
  },
  process.argv.slice(2),
);
