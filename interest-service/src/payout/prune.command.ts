import type { Command } from '@core-exit/process/commands';
import { EXIT } from '@core-exit/process/exit-codes';
import { withArguments } from '../command/arguments.ts';
import { interruptible, withDatabase } from '../command/batch.ts';
import { jsonLine } from '../command/output.ts';
import { postgresReplies } from './prune.sql.ts';
import { prune, REPLY_RETENTION_HOURS } from './prune.ts';

const HELP = `interest-service prune [--json]

Deletes the stored replies of refused payouts that are older than ${REPLY_RETENTION_HOURS} h, in batches. If the command is stopped, run it
again. The service prunes by itself every ten minutes.

Exit code 0: done. 2: another pruner is running, or the command was stopped. 3: the command line or the environment is
not valid.
`;

export function pruneCommand(settings: () => { databaseUrl: string }): Command {
  return {
    takesArguments: 'own-help',
    about: `deletes replies of refused payouts older than ${REPLY_RETENTION_HOURS} h`,
    run: (args) =>
      withArguments(args, HELP, { json: { type: 'boolean' } }, ({ json }) => run(settings(), json)),
  };
}

async function run({ databaseUrl }: { databaseUrl: string }, json = false): Promise<number> {
  return await interruptible((signal) =>
    withDatabase(databaseUrl, 'interest-prune', async (source) => {
      const pruned = await prune(postgresReplies(source), signal, (deleted) => {
        if (process.stderr.isTTY) process.stderr.write(`\r${deleted} replies deleted`);
      });
      if (process.stderr.isTTY) process.stderr.write('\n');
      const text = pruned.kind === 'done' ? `${pruned.replies} replies deleted` : pruned.kind;
      process.stdout.write(json ? jsonLine(pruned) : `${text}\n`);
      return pruned.kind === 'done' && !signal.aborted ? EXIT.done : EXIT.incomplete;
    }),
  );
}
