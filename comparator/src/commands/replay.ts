import { randomUUID } from 'node:crypto';
import { EXIT } from '@core-exit/process/exit-codes';
import { readReplayConfig } from '../config.ts';
import { coreClient } from '../gateway/core-client.ts';
import { loadOperations } from '../load-operations.ts';
import { replay } from '../replay.ts';
import { openDatabase } from '../store/database.ts';
import { badCommandLine, parseCommandLine } from './arguments.ts';
import { storedRequest } from './stored-request.ts';

const HELP = `Sends a stored request to both cores again, with the state it was compared at and the releases of today.

  comparator replay ID [--json]

Both cores get the request of the shadow, so nothing changes in either. \`serve\` stores the request encrypted if REPLAY_KEY
is set; the same key decrypts it.
Environment: DATABASE_URL OPERATIONS_FILE LEGACY_URL NEW_URL SERVICE_TOKEN REPLAY_KEY
Exit: 0 the cores agree now · 1 they differ · 2 the answers could not be compared
3 bad arguments, no such case, or a case without its request · 4 a fault
`;

const CONFIG = {
  options: { json: { type: 'boolean' }, help: { type: 'boolean' } },
  allowPositionals: true,
} as const;

/** `comparator replay`. */
export async function replayCommand(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseCommandLine(args, CONFIG);
  if (values.help === true) {
    process.stdout.write(HELP);
    return EXIT.done;
  }
  const [id, ...rest] = positionals;
  if (id === undefined || rest.length > 0) throw badCommandLine('one ID is needed');
  const config = readReplayConfig();
  const service = await loadOperations(config.operationsFile, new Date());
  const pool = openDatabase(config.databaseUrl, () => undefined);
  const cores = { legacy: coreClient(config.legacyUrl), new: coreClient(config.newUrl) };
  try {
    const { request, ...before } = await storedRequest(pool, id, config.replayKey);
    const parts = {
      service,
      cores,
      serviceToken: config.serviceToken,
      now: () => new Date(),
      newId: randomUUID,
    };
    const { verdict, record } = await replay(request, parts);
    const signature = record?.signature?.id ?? null;
    const differences = record?.differences ?? [];
    const result = { id, verdict, signature, before, differences };
    process.stdout.write(values.json === true ? `${JSON.stringify(result)}\n` : `${sentence(result)}\n`);
    if (verdict === 'match' || verdict === 'explained') return EXIT.done;
    return verdict === 'mismatch' ? EXIT.found : EXIT.incomplete;
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
