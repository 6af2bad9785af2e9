import { randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import { EXIT } from '@core-exit/process/exit-codes';
import { logStream, serviceLog } from '@core-exit/process/log';
import { stopOnSignal } from '@core-exit/process/stop';
import type { Rollout } from '@core-exit/rollout';
import { createMetrics } from '../admin/metrics.ts';
import { adminServer } from '../admin/server.ts';
import { BoundedSemaphore } from '../gateway/bounded-semaphore.ts';
import { comparisonThread } from '../gateway/comparison-thread.ts';
import { coreClient } from '../gateway/core-client.ts';
import type { GatewayParts } from '../gateway/ports.ts';
import { gatewayServer } from '../gateway/server.ts';
import { DEADLINES, FOLLOW_UP_PERMITS, FOLLOW_UP_QUEUE, SHADOW_PERMITS, SHADOW_QUEUE } from '../limits.ts';
import { loadOperations } from '../load-operations.ts';
import { memoryStore } from '../store/memory-store.ts';
import type { CaseRecord, Observation } from '../verdict/observation.ts';
import { badCommandLine, parseCommandLine } from './arguments.ts';

const HELP = `Compares two services behind one address, without flag, database and Slack.

  comparator try --operations FILE --legacy URL --new URL [--port 8080] [--admin-port 8081] [--token TOKEN] [--json]

The legacy service answers every request; then the new service gets the same request and the answers are compared.
Each difference is printed on standard output at once. The admin port answers /verdicts, /comparisons, /comparisons/ID,
/signatures and /metrics. Verdicts stay in memory until Ctrl-C; \`comparator serve\` stores them.
--token is the service token, if the operations file needs one.

Exit: 0 stopped · 3 bad arguments or operations file · 4 a fault
`;

const HOST = '127.0.0.1';
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

/** `comparator try`: up until SIGTERM or SIGINT. */
export async function tryCommand(args: readonly string[]): Promise<number | null> {
  const { values } = parseCommandLine(args, { options: OPTIONS });
  if (values.help === true) {
    process.stdout.write(HELP);
    return EXIT.done;
  }
  check(values);
  const { legacy = '', new: fresh = '', port = '8080', 'admin-port': adminPort = '8081' } = values;
  const operationsFile = resolve(values.operations ?? '');
  const service = await loadOperations(operationsFile, new Date());
  const log = serviceLog('comparator', 'warn', 'error');
  const output = logStream('output');
  const textOf = values.json === true ? caseJson : caseSentence;
  const { recorder, tally, reads } = memoryStore((kept) => void output.write(`${textOf(kept)}\n`));
  const rollout = shadowForAll(new Date().toISOString());
  const shadows = new BoundedSemaphore(SHADOW_PERMITS, SHADOW_QUEUE);
  const metrics = createMetrics({ tally, shadowsUnderWay: () => shadows.size });
  const cores = { legacy: coreClient(legacy), new: coreClient(fresh) };
  const thread = comparisonThread(operationsFile);
  const gateway: GatewayParts = {
    service,
    rollout,
    cores,
    shadows,
    followUps: new BoundedSemaphore(FOLLOW_UP_PERMITS, FOLLOW_UP_QUEUE),
    recorder: metrics.watching(recorder),
    serviceToken: values.token ?? '',
    deadlines: DEADLINES,
    now: () => new Date(),
    newId: randomUUID,
    thread,
    encryptRequest: null,
    log,
  };
  const customers = gatewayServer(gateway, async () => null);
  const admin = adminServer({ reads, rollout, metrics, log, runbookUrl: null });
  await admin.listen({ port: Number(adminPort), host: HOST });
  await customers.listen({ port: Number(port), host: HOST });
  stopOnSignal(log, [
    { name: 'connections to the cores', close: () => Promise.all([cores.legacy.close(), cores.new.close()]) },
    { name: 'comparison thread', close: () => thread.close() },
    { name: 'admin server', close: () => admin.close() },
    { name: 'verdicts under way', close: () => tally.allSettled() },
    { name: 'customers', close: () => customers.close() },
  ]);
  const [address, adminAddress] = [customers, admin].map((app) => (app.server.address() as AddressInfo).port);
  process.stderr.write(
    `send requests to http://${HOST}:${address} instead of ${legacy}; verdicts: http://${HOST}:${adminAddress}/verdicts; Ctrl-C stops\n`,
  );
  return null;
}

type Values = ReturnType<typeof parseCommandLine<{ options: typeof OPTIONS }>>['values'];

function check(values: Values): void {
  const found: string[] = [];
  if (values.operations === undefined) found.push('--operations FILE is needed');
  for (const name of ['legacy', 'new'] as const) {
    if (!/^https?:$/.test(URL.parse(values[name] ?? '')?.protocol ?? ''))
      found.push(`--${name} URL is needed`);
  }
  for (const name of ['port', 'admin-port'] as const) {
    if (!/^\d{1,5}$/.test(values[name] ?? '0')) found.push(`--${name} must be a port number`);
  }
  if (found.length > 0) throw badCommandLine(...found);
}

/** Without a flag: the legacy service answers every customer, and every request has a shadow. */
function shadowForAll(since: string): Rollout {
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
