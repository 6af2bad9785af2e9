import { readConfig, readMigrationConfig } from './config.ts';
import { BadInput, Fault } from './faults.ts';
import { serve } from './serve.ts';
import { migrate } from './store/migrate.ts';

const HELP = `The gateway in front of two cores: answers from the primary, asks the shadow, compares, stores, alerts.

  comparator serve      stay up; needs all of the environment below
  comparator migrate    bring schema comparator to its newest form; needs DATABASE_URL of the owner

Environment: PORT ADMIN_PORT OPERATIONS_FILE LEGACY_URL NEW_URL DATABASE_URL UNLEASH_URL UNLEASH_TOKEN
             SLACK_WEBHOOK_URL AUTH_JWKS SERVICE_TOKEN
             [HOST] [ADMIN_URL] [ALERT_DIGEST_SECONDS] [UNLEASH_BACKUP_DIR] [LOG_LEVEL]
Exit: 0 stopped or done · 3 bad arguments, environment or operations file · 4 a fault
`;

const EXIT = { badInput: 3, fault: 4 } as const;

async function main([command, ...rest]: string[]): Promise<void> {
  if (command === '--help' || command === 'help') {
    process.stdout.write(HELP);
  } else if (command === 'serve' && rest.length === 0) {
    const gateway = await serve(readConfig());
    const stop = (): void => {
      gateway.stop().then(
        () => process.exit(0),
        (error: unknown) => fail(error),
      );
    };
    process.once('SIGTERM', stop);
    process.once('SIGINT', stop);
  } else if (command === 'migrate' && rest.length === 0) {
    const applied = await migrate(readMigrationConfig().databaseUrl);
    process.stdout.write(`${applied.length === 0 ? 'nothing to do' : applied.join('\n')}\n`);
  } else {
    throw new BadInput('the command line', [`${command ?? 'no command'}: serve, migrate or --help`]);
  }
}

function fail(error: unknown): void {
  const next = error instanceof Fault ? `\n  next: ${error.next}` : '';
  const code = error instanceof Fault ? error.code : 'FAULT';
  process.stderr.write(`${code}: ${error instanceof Error ? error.message : String(error)}${next}\n`);
  process.exit(error instanceof BadInput ? EXIT.badInput : EXIT.fault);
}

main(process.argv.slice(2)).catch(fail);
