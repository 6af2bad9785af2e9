import type { Command } from '@core-exit/process/commands';
import { readConfig } from '../config.ts';
import { connect } from '../ledger/data-source.ts';
import { postgresKeptReplies } from './prune.sql.ts';
import { REPLY_RETENTION_HOURS, sweep } from './prune.ts';

const HELP = `interest-service sweep [--json]

Removes the replies of refused payouts that are older than ${REPLY_RETENTION_HOURS} h, in batches; may be stopped and run again. The service
does the same by itself every few minutes. Exit code 0: done; 3: another sweeper is at it.
`;

export const sweepCommand: Command = {
  about: `removes replies of refused payouts older than ${REPLY_RETENTION_HOURS} h`,
  async run(args) {
    const unknown = args.filter((arg) => arg !== '--json' && arg !== '--help');
    if (unknown.length > 0 || args.includes('--help')) {
      (unknown.length > 0 ? process.stderr : process.stdout).write(HELP);
      return unknown.length > 0 ? 2 : 0;
    }
    const source = await connect(readConfig('batch').databaseUrl, 'interest-sweep');
    const abort = new AbortController();
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => abort.abort());
    try {
      const swept = await sweep(postgresKeptReplies(source), abort.signal, (removed) => {
        if (process.stderr.isTTY) process.stderr.write(`\r${removed} replies removed`);
      });
      if (process.stderr.isTTY) process.stderr.write('\n');
      const text = swept.kind === 'done' ? `${swept.replies} replies removed` : swept.kind;
      process.stdout.write(`${args.includes('--json') ? JSON.stringify(swept) : text}\n`);
      return swept.kind === 'done' ? 0 : 3;
    } finally {
      await source.destroy();
    }
  },
};
