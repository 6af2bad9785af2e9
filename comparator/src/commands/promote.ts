import { appendFile, readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { readReplayConfig } from '../config.ts';
import { BadInput } from '../faults.ts';
import { coreClient } from '../gateway/core-client.ts';
import { loadOperations } from '../load-operations.ts';
import { promote } from '../promote.ts';
import { openDatabase } from '../store/database.ts';
import { EXIT } from './exit.ts';
import { storedQuestion } from './stored-question.ts';

const HELP = `Writes a stored case as a row of a case suite, without who it belongs to.

  comparator promote ID --out FILE.jsonl [--expect legacy|new] [--json]

  --out      the row is added to this file
  --expect   whose answer the row expects (default: legacy, the core in place); a person looks at it before it is kept
  --json     prints the row too
Both cores are asked at the basis of the case, by a question that only reads.
Environment: DATABASE_URL OPERATIONS_FILE LEGACY_URL NEW_URL SERVICE_TOKEN REPLAY_KEY
A row that is there already is left as it is: a person may have corrected it.
Exit: 0 written, or there already · 3 bad arguments, no such case, no question with it, or no row can be made of it
`;

/** `comparator promote`. */
export async function promoteCommand(args: readonly string[]): Promise<number> {
  const { values, positionals } = parsed(args);
  if (values.help === true) {
    process.stdout.write(HELP);
    return EXIT.done;
  }
  const { id, out, expected } = asked(values, positionals);
  const config = readReplayConfig();
  const service = await loadOperations(config.operationsFile, new Date());
  const pool = openDatabase(config.databaseUrl, () => undefined);
  const cores = { legacy: coreClient(config.legacyUrl), new: coreClient(config.newUrl) };
  try {
    const { question } = await storedQuestion(pool, id, config.replayKey);
    const parts = { service, cores, serviceToken: config.serviceToken };
    const made = await promote(id, question, expected, parts);
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

/** The row of the same id in the file, as it stands there; null: there is none, or no file yet. */
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
    return undefined; // what else stands in the file is not ours to judge
  }
}

function asked(values: { out?: string; expect?: string }, [id, ...rest]: string[]) {
  const { out, expect: expected = 'legacy' } = values;
  if (id === undefined || rest.length > 0) throw new BadInput('the command line', ['one ID is due']);
  if (!out?.endsWith('.jsonl')) throw new BadInput('the command line', ['--out FILE.jsonl is due']);
  if (expected !== 'legacy' && expected !== 'new')
    throw new BadInput('the command line', ['--expect is legacy or new']);
  return { id, out, expected } as const;
}

function parsed(args: readonly string[]) {
  try {
    const options = {
      out: { type: 'string' },
      expect: { type: 'string' },
      json: { type: 'boolean' },
      help: { type: 'boolean' },
    } as const;
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    throw new BadInput('the command line', [(error as Error).message]);
  }
}
