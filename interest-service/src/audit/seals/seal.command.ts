import type { Command } from '@core-exit/process/commands';
import { EXIT } from '@core-exit/process/exit-codes';
import { withArguments } from '../../command/arguments.ts';
import { interruptible } from '../../command/batch.ts';
import { connectToBooks } from '../../ledger/books-connection.ts';
import type { Seal } from './seal.ts';
import { sealEndedDays } from './seal-days.ts';
import { postgresSealBook } from './seals.sql.ts';

const HELP = `Seals every business date that is over and not sealed yet: closes the date for entries, waits for the entries that are
still being written, and stores the digest of everything that the ledger got on that date, chained to the day before. The
first seal covers all history and begins the chain. From then on \`interest-service watch\` seals after each midnight.

  npm run interest -- seal [--json]

Keep the printed digests apart from this database: \`audit --anchor DATE=HEX\` compares the chain with them.
DATABASE_URL: role interest_service. Exit code 0: all days that are over are sealed. 2: not all of them, because the command
was stopped or another process seals; run it again. 3: the command line or the environment is not valid.
`;

export function sealCommand(settings: () => { databaseUrl: string }): Command {
  return {
    takesArguments: 'own-help',
    about: 'seals the days that are over in one chain of digests',
    run: (args) =>
      withArguments(args, HELP, { json: { type: 'boolean' } }, ({ json = false }) =>
        interruptible((signal) => seal(settings().databaseUrl, json, signal)),
      ),
  };
}

async function seal(databaseUrl: string, json: boolean, signal: AbortSignal): Promise<number> {
  const client = await connectToBooks(databaseUrl, { applicationName: 'interest-seal', readOnly: false });
  try {
    const sealed = await sealEndedDays(postgresSealBook(client), progressOn(process.stderr), signal);
    if (sealed === 'busy') return notDone('another process seals');
    process.stdout.write(
      json ? `${JSON.stringify({ sealed: sealed.map(sealJson) })}\n` : sealed.map(sealText).join(''),
    );
    return EXIT.done;
  } catch (fault) {
    if (signal.aborted) return notDone('stopped');
    throw fault;
  } finally {
    await client.end();
  }
}

function notDone(why: string): number {
  process.stderr.write(`${why}: run the command again\n`);
  return EXIT.incomplete;
}

function progressOn(out: NodeJS.WriteStream) {
  let accounts = 0;
  const show = (text: string) => out.isTTY && out.write(`\r\x1b[2K${text}`);
  return {
    onDay: (day: string) => {
      accounts = 0;
      show(`${day}`);
    },
    onAccounts: (more: number) => {
      accounts += more;
      show(`${accounts} accounts`);
    },
    onSealed: () => void show(''),
  };
}

const sealText = ({ businessDate, accounts, facts, digest }: Seal): string =>
  `${businessDate}  ${digest}  ${facts} facts of ${accounts} accounts\n`;

const sealJson = ({ accounts, facts, ...seal }: Seal) => ({
  ...seal,
  accounts: String(accounts),
  facts: String(facts),
});
