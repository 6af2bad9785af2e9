import type { Command } from '@core-exit/process/commands';
import { WrongArguments, withArguments } from '../../command/arguments.ts';
import { readConfig } from '../../config.ts';
import { connectToBooks } from '../../ledger/books-connection.ts';
import type { Seal } from './seal.ts';
import { sealEndedDays } from './seal-days.ts';
import { postgresSealBook } from './seals.sql.ts';

const HELP = `Seals every business date that is over and not sealed yet: closes it for entries, waits for those still being
written, and keeps the digest of all it got, chained to the day before. The first seal takes in all history and begins
the chain; from then on \`interest-service watch\` goes on by itself after midnight.

  npm run interest -- seal [--json]

Keep the digests that are printed apart from this database: \`audit --anchor DATE=HEX\` holds the chain against them.
DATABASE_URL: role interest_service. Exit code: 0 all days that are over are sealed, 2 the command line or the
environment is not right, 3 could not finish or another process is sealing: run it again.
`;

export const sealCommand: Command = {
  about: 'seals the days that are over in one chain of digests',
  run: (args) =>
    withArguments(args, HELP, { json: { type: 'boolean' } }, async ({ json = false }) => {
      try {
        return await seal(json);
      } catch (fault) {
        if (fault instanceof WrongArguments) throw fault;
        process.stderr.write(`seal: ${(fault as Error).message}\n`);
        return 3;
      }
    }),
};

async function seal(json: boolean): Promise<number> {
  const stop = new AbortController();
  const onSignal = () => stop.abort(new Error('stopped: run it again to go on'));
  process.once('SIGINT', onSignal).once('SIGTERM', onSignal);
  const client = await connectToBooks(databaseUrl(), { applicationName: 'interest-seal', readOnly: false });
  try {
    const progress = progressOn(process.stderr);
    const sealed = await sealEndedDays(postgresSealBook(client), progress, stop.signal);
    if (sealed === 'busy')
      throw new Error('another process is sealing: run it again to see that it finished');
    process.stdout.write(
      json ? `${JSON.stringify({ sealed: sealed.map(sealJson) })}\n` : sealed.map(sealText).join(''),
    );
    return 0;
  } finally {
    await client.end();
  }
}

function databaseUrl(): string {
  try {
    return readConfig('batch').databaseUrl;
  } catch (fault) {
    throw new WrongArguments((fault as Error).message, { cause: fault });
  }
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
