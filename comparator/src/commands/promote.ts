import { appendFile, readFile } from 'node:fs/promises';
import { EXIT } from '@core-exit/process/exit-codes';
import { readReplayConfig } from '../config.ts';
import { coreClient } from '../gateway/core-client.ts';
import { loadOperations } from '../load-operations.ts';
import { promote } from '../promote.ts';
import { openDatabase } from '../store/database.ts';
import { badCommandLine, parseCommandLine } from './arguments.ts';
import { storedRequest } from './stored-request.ts';

const HELP = `Writes a stored case as a row of a case suite, without anything that identifies a person.

  comparator promote ID --out FILE.jsonl [--expect legacy|new] [--json]

  --out      the file to which the row is added
  --expect   the core whose answer the row expects (default: legacy); a person must check the row before it is kept
  --json     prints the row too
Both cores get a request that only reads, at the state of the case.
A row that is in the file already stays as it is, because a person may have corrected it.
Environment: DATABASE_URL OPERATIONS_FILE LEGACY_URL NEW_URL SERVICE_TOKEN REPLAY_KEY
Exit: 0 the row is in the file · 3 bad arguments, no such case, a case without its request, or a case that makes no row
4 a fault
`;

const CONFIG = {
  options: {
    out: { type: 'string' },
    expect: { type: 'string' },
    json: { type: 'boolean' },
    help: { type: 'boolean' },
  },
  allowPositionals: true,
} as const;

/** `comparator promote`. */
export async function promoteCommand(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseCommandLine(args, CONFIG);
  if (values.help === true) {
    process.stdout.write(HELP);
    return EXIT.done;
  }
  const { id, out, expected } = check(values, positionals);
  const config = readReplayConfig();
  const service = await loadOperations(config.operationsFile, new Date());
  const pool = openDatabase(config.databaseUrl, () => undefined);
  const cores = { legacy: coreClient(config.legacyUrl), new: coreClient(config.newUrl) };
  try {
    const { request } = await storedRequest(pool, id, config.replayKey);
    const parts = { service, cores, serviceToken: config.serviceToken };
    const made = await promote(id, request, expected, parts);
    const known = await rowOf(out, made);
    const row = known ?? JSON.stringify(made);
    if (known === null) await appendFile(out, `${row}\n`);
    const when = known === null ? 'now' : 'already';
    process.stdout.write(values.json === true ? `${row}\n` : `${id} is a row of ${out} ${when}\n`);
    return EXIT.done;
  } finally {
    await Promise.all([pool.end(), cores.legacy.close(), cores.new.close()]);
  }
}

/** The row of the file that has the same id, as it is there; null: no such row, or no file yet. */
async function rowOf(out: string, made: { id?: unknown }): Promise<string | null> {
  const text = await readFile(out, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  return text.split('\n').find((line) => line !== '' && idOf(line) === made.id) ?? null;
}

function idOf(line: string): unknown {
  try {
    return (JSON.parse(line) as { id?: unknown } | null)?.id;
  } catch {
    return undefined; // another kind of line
  }
}

function check(values: { out?: string; expect?: string }, [id, ...rest]: string[]) {
  const { out, expect: expected = 'legacy' } = values;
  if (id === undefined || rest.length > 0) throw badCommandLine('one ID is needed');
  if (!out?.endsWith('.jsonl')) throw badCommandLine('--out FILE.jsonl is needed');
  if (expected !== 'legacy' && expected !== 'new') throw badCommandLine('--expect must be legacy or new');
  return { id, out, expected } as const;
}
