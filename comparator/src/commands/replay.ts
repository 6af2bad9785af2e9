import { randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import { readReplayConfig } from '../config.ts';
import { BadInput } from '../faults.ts';
import { coreClient } from '../gateway/core-client.ts';
import { loadOperations } from '../load-operations.ts';
import { replay } from '../replay.ts';
import { openDatabase } from '../store/database.ts';
import { EXIT } from './exit.ts';
import { storedQuestion } from './stored-question.ts';

const HELP = `Asks both cores a stored question again, at its basis, with the versions of today.

  comparator replay ID [--json]

Nothing moves: both get the question of the shadow (for a payout a rehearsal). The question is stored sealed, if \`serve\`
had a REPLAY_KEY; the same key opens it.
Environment: DATABASE_URL OPERATIONS_FILE LEGACY_URL NEW_URL SERVICE_TOKEN REPLAY_KEY
Exit: 0 the cores agree now · 1 they differ · 2 no comparison came of it · 3 bad arguments, no such case, or no question with it
`;

/** `comparator replay`. */
export async function replayCommand(args: readonly string[]): Promise<number> {
  const { values, positionals } = parsed(args);
  if (values.help === true) {
    process.stdout.write(HELP);
    return EXIT.done;
  }
  const [id, ...rest] = positionals;
  if (id === undefined || rest.length > 0) throw new BadInput('the command line', ['one ID is due']);
  const config = readReplayConfig();
  const service = await loadOperations(config.operationsFile, new Date());
  const pool = openDatabase(config.databaseUrl, () => undefined);
  const cores = { legacy: coreClient(config.legacyUrl), new: coreClient(config.newUrl) };
  try {
    const { question, ...before } = await storedQuestion(pool, id, config.replayKey);
    const parts = {
      service,
      cores,
      serviceToken: config.serviceToken,
      now: () => new Date(),
      newId: randomUUID,
    };
    const { verdict, record } = await replay(question, parts);
    const signature = record?.signature?.id ?? null;
    const differences = record?.differences ?? [];
    const result = {
      id,
      verdict,
      signature,
      before,
      differences,
    };
    process.stdout.write(values.json === true ? `${JSON.stringify(result)}\n` : `${sentence(result)}\n`);
    if (verdict === 'match' || verdict === 'explained') return EXIT.done;
    return verdict === 'mismatch' ? EXIT.different : EXIT.incomplete;
  } finally {
    await Promise.all([pool.end(), cores.legacy.close(), cores.new.close()]);
  }
}

type Result = {
  verdict: string;
  signature: string | null;
  before: { verdict: string; signature: string | null };
  differences: readonly {
    path: string;
    kind: string;
    class: string;
    left: string | null;
    right: string | null;
  }[];
};

function sentence({ verdict, signature, before, differences }: Result): string {
  const same = signature !== null && signature === before.signature ? ', the same signature' : '';
  const lines = differences.map(
    ({ path, kind, class: name, left, right }) =>
      `  ${path}  ${kind} (${name})  legacy ${left ?? 'nothing'} | new ${right ?? 'nothing'}`,
  );
  return [`then ${before.verdict}, now ${verdict}${same}`, ...lines].join('\n');
}

function parsed(args: readonly string[]) {
  try {
    const options = { json: { type: 'boolean' }, help: { type: 'boolean' } } as const;
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    throw new BadInput('the command line', [(error as Error).message]);
  }
}
