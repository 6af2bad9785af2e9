import { randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { closeLog, logStream, serviceLog } from '@core-exit/process/log';
import type { Rollout } from '@core-exit/rollout';
import { createMetrics } from '../admin/metrics.ts';
import { adminServer } from '../admin/server.ts';
import { BadInput } from '../faults.ts';
import { comparisonThread } from '../gateway/comparison-thread.ts';
import { coreClient } from '../gateway/core-client.ts';
import { DEADLINES } from '../gateway/gateway.ts';
import { gatewayServer } from '../gateway/server.ts';
import { Tails } from '../gateway/tails.ts';
import { FOLLOW_UP_QUEUE, FOLLOW_UP_SLOTS, SHADOW_QUEUE, SHADOW_SLOTS } from '../limits.ts';
import { loadOperations } from '../load-operations.ts';
import { memoryStore } from '../store/memory-store.ts';
import type { CaseRecord, Observation } from '../verdict/observation.ts';
import { EXIT } from './exit.ts';

const HELP = `Compares two services behind one address, with nothing else: no flag, no database, no Slack.

  comparator try --operations FILE --legacy URL --new URL [--port 8080] [--admin-port 8081] [--json]

Every request is answered by the legacy service; then the new one is asked the same and the answers are compared.
Each difference is told on standard output as it is seen. The admin port answers /verdicts, /comparisons, /comparisons/ID,
/signatures and /metrics. Verdicts are kept in memory until Ctrl-C; \`comparator serve\` is what keeps them.
SERVICE_TOKEN, where the operations file wants one, is given by --token.

Exit: 0 stopped · 3 bad arguments or operations file
`;

/** `comparator try`: up until SIGTERM or SIGINT. */
export async function tryCommand(args: readonly string[]): Promise<number> {
  const values = parsed(args);
  if (values.help === true) {
    process.stdout.write(HELP);
    return EXIT.done;
  }
  const operationsFile = resolve(values.operations ?? '');
  const service = await loadOperations(operationsFile, new Date());
  const log = serviceLog('comparator', 'warn', 'error');
  const told = logStream('output');
  const tell = values.json === true ? caseJson : caseSentence;
  const { recorder, tally, reads } = memoryStore((kept) => void told.write(`${tell(kept)}\n`));
  const rollout = everybodyShadowed(new Date().toISOString());
  const shadows = new Tails(SHADOW_SLOTS, SHADOW_QUEUE);
  const metrics = createMetrics({ tally, shadowsUnderWay: () => shadows.size });
  const cores = { legacy: coreClient(values.legacy ?? ''), new: coreClient(values.new ?? '') };
  const thread = comparisonThread(operationsFile);
  const door = gatewayServer(
    {
      service,
      rollout,
      cores,
      shadows,
      followUps: new Tails(FOLLOW_UP_SLOTS, FOLLOW_UP_QUEUE),
      recorder: metrics.watching(recorder),
      serviceToken: values.token ?? '',
      deadlines: DEADLINES,
      now: () => new Date(),
      newId: randomUUID,
      thread,
      seal: null,
      log,
    },
    async () => null,
  );
  const admin = adminServer({ reads, rollout, metrics, log, runbookUrl: service.runbookUrl });
  await admin.listen({ port: Number(values['admin-port'] ?? 8081), host: '127.0.0.1' });
  await door.listen({ port: Number(values.port ?? 8080), host: '127.0.0.1' });
  const [address, adminAddress] = [door, admin].map((app) => (app.server.address() as AddressInfo).port);
  process.stderr.write(
    `ask http://127.0.0.1:${address} instead of ${values.legacy}; verdicts at http://127.0.0.1:${adminAddress}/verdicts; Ctrl-C ends\n`,
  );
  await new Promise<void>((stop) => {
    process.once('SIGTERM', stop);
    process.once('SIGINT', stop);
  });
  await door.close();
  await tally.allSettled();
  await Promise.all([admin.close(), thread.close(), cores.legacy.close(), cores.new.close()]);
  await closeLog();
  return EXIT.done;
}

const OPTIONS = {
  operations: { type: 'string' },
  legacy: { type: 'string' },
  new: { type: 'string' },
  port: { type: 'string' },
  'admin-port': { type: 'string' },
  token: { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean' },
} as const;

function parsed(args: readonly string[]) {
  let values: ReturnType<typeof parseArgs<{ options: typeof OPTIONS }>>['values'];
  try {
    ({ values } = parseArgs({ args: [...args], options: OPTIONS }));
  } catch (error) {
    throw new BadInput('the command line', [(error as Error).message]);
  }
  if (values.help === true) return values;
  const found: string[] = [];
  if (values.operations === undefined) found.push('--operations FILE is due');
  for (const name of ['legacy', 'new'] as const) {
    if (!/^https?:$/.test(URL.parse(values[name] ?? '')?.protocol ?? '')) found.push(`--${name} URL is due`);
  }
  for (const name of ['port', 'admin-port'] as const) {
    if (!/^\d{1,5}$/.test(values[name] ?? '0')) found.push(`--${name} is no port`);
  }
  if (found.length > 0) throw new BadInput('the command line', found);
  return values;
}

/** No flag: the legacy service answers everybody, and every request is put to the other too. */
function everybodyShadowed(since: string): Rollout {
  const stage = 'shadow';
  return {
    decide: () => ({ primary: 'legacy', shadow: true, stage, since, reason: 'stage-moves-no-money' }),
    flag: () => ({
      kind: 'staged',
      stage,
      since,
      percent: 0,
      shadow: 1,
      primary: 'legacy',
      groupId: '',
      members: new Set<string>(),
    }),
    close: async () => undefined,
  };
}

type Kept = { observation: Observation; record: CaseRecord };

function caseJson({ observation, record }: Kept): string {
  const { operation, verdict } = observation;
  const { id, failure, differences, signature } = record;
  return JSON.stringify({ id, operation, verdict, failure, signature: signature?.id ?? null, differences });
}

function caseSentence({ observation, record }: Kept): string {
  const { operation, verdict } = observation;
  const why = record.failure === null ? '' : ` (${record.failure.side}: ${record.failure.what})`;
  const lines = record.differences.map(
    ({ path, kind, class: name, left, right }) =>
      `  ${path || '(whole answer)'}  ${kind} (${name})  legacy ${left ?? 'nothing'} | new ${right ?? 'nothing'}`,
  );
  return [`${verdict}${why}  ${operation}  ${record.id}`, ...lines].join('\n');
}
