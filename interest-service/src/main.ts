import { pino } from 'pino';
import { faultForLog } from '../contract/server/index.ts';
import { readConfig } from './config.ts';
import { migrate } from './db/data-source.ts';
import { serve } from './serve.ts';
import { stopOnSignal } from './stop.ts';
import { relay, taxWorker } from './tax-postings.ts';

const HELP = `interest-service: the new core of interest payout

  serve       HTTP: quote, payout, rehearsal, receipts; OpenAPI page at /docs
  relay       sends events from the outbox to Kafka
  tax-worker  takes events in and keeps the tax book
  migrate     installs or updates the schemas interest and tax (owner's DATABASE_URL)

Settings come from the environment: docs/configuration.md.
`;

const RUNNING = { serve, relay, 'tax-worker': taxWorker } as const;

/** Returns the exit code when the command is done, or null when it keeps running. */
async function main(command: string | undefined): Promise<number | null> {
  if (command === '--help' || command === 'help') {
    process.stdout.write(HELP);
    return 0;
  }
  if (command === 'migrate') {
    const done = await migrate(readConfig('migrate').databaseUrl);
    process.stdout.write(`${JSON.stringify({ migrations: done })}\n`);
    return 0;
  }
  if (command !== 'serve' && command !== 'relay' && command !== 'tax-worker') {
    process.stderr.write(HELP);
    return 2;
  }
  const config = readConfig(command);
  const log = pino({
    level: config.logLevel,
    base: { service: `interest-${command}` },
    serializers: { err: faultForLog },
  });
  stopOnSignal(log, await RUNNING[command](config, log));
  log.info({ port: config.port, version: config.version }, 'ready');
  return null;
}

main(process.argv[2]).then(
  (code) => code !== null && process.exit(code),
  (fault: Error) => {
    process.stderr.write(`${fault.message}\n`);
    process.exit(1);
  },
);
