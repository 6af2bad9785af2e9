import { setTimeout as pause } from 'node:timers/promises';
import { resume, set, stop } from '../rollout/src/cli/steps.ts';
import { median, range, table } from './figures.ts';
import { GATEWAYS, type StopBank, startStopBank } from './stop/bank.ts';
import { type Load, startLoad } from './stop/load.ts';

const RUNS = 50;
/** Limit from the mismatch, or the command, to the last request that is routed to the new core. */
const LIMIT_MS = 2_000;
/** After this time without an answer of the new core, the run is over. Gateways react within half a second. */
const QUIET_MS = 1_500;
const STAGE_WITHIN_MS = 30_000;
const BY = { by: 'bench', because: 'measured' };

type Cause = 'a mismatch' | 'rollout stop';
type Unleash = 'up' | 'gone';
const CASES: [Cause, Unleash][] = [
  ['a mismatch', 'up'],
  ['a mismatch', 'gone'],
  ['rollout stop', 'up'],
  ['rollout stop', 'gone'],
];

/**
 * How long requests still reach the new core, on two gateways under load. Fails if a payout is lost or paid twice, if another
 * core than the first one finishes it, or if the limit is exceeded. The four cases take turns.
 */
export async function benchStop(): Promise<boolean> {
  const bank = await startStopBank();
  const load = startLoad(bank.gateways, bank.tokens);
  const times = new Map(CASES.map(([cause, unleash]) => [`${cause}, Unleash ${unleash}`, [] as number[]]));
  try {
    for (let run = 1; run <= RUNS; run += 1) {
      for (const [cause, unleash] of CASES) {
        const ms = await stopOnce(bank, load, cause, unleash);
        times.get(`${cause}, Unleash ${unleash}`)?.push(ms);
        process.stderr.write(`run ${run} of ${RUNS}: ${cause}, Unleash ${unleash}: ${ms.toFixed(0)} ms\n`);
      }
    }
  } finally {
    await load.stop();
    await bank.close();
  }
  const rows = [...times].map(([name, ms]) => [
    name,
    median(ms).toFixed(0),
    Math.max(...ms).toFixed(0),
    range(ms, 0),
    String(ms.length),
  ]);
  process.stdout.write(
    `${table(['to the last request on the new core', 'p50 ms', 'max ms', 'range', 'runs'], rows)}\n`,
  );
  const worst = Math.max(...[...times.values()].flat());
  process.stdout.write(
    `limit ${LIMIT_MS} ms: ${worst < LIMIT_MS ? 'held' : 'NOT held'}; ${load.quotes()} quotes\n`,
  );
  return checkPayouts(bank, load) && worst < LIMIT_MS;
}

async function stopOnce(bank: StopBank, load: Load, cause: Cause, unleash: Unleash): Promise<number> {
  await bank.unleashProxy.open();
  await resume(bank.tools, BY); // the stop of the run before is held
  await set(bank.tools, 'full', BY);
  await allServedBy(load, 'new');
  if (unleash === 'gone') bank.unleashProxy.close();
  const began = cause === 'a mismatch' ? await bank.cores.new.differOnce() : performance.now();
  if (cause === 'rollout stop') await stop(bank.tools, BY);
  await allServedBy(load, 'legacy', began);
  const last = () => Math.max(...gatewayNumbers().map((g) => load.lastAnswer(g, 'new')));
  while (performance.now() - last() < QUIET_MS) await pause(50);
  return Math.max(0, last() - began);
}

const gatewayNumbers = () => Array.from({ length: GATEWAYS }, (_, i) => i);

async function allServedBy(load: Load, core: 'legacy' | 'new', since = performance.now()): Promise<void> {
  const other = core === 'new' ? 'legacy' : 'new';
  const isServed = (g: number) =>
    load.lastAnswer(g, core) > since && load.lastAnswer(g, other) < load.lastAnswer(g, core) - 100;
  const deadline = performance.now() + STAGE_WITHIN_MS;
  while (!gatewayNumbers().every(isServed)) {
    if (performance.now() > deadline) throw new Error(`the gateways are not served by the ${core} core`);
    await pause(20);
  }
}

/** Each answered payout was carried out once, by the core that answered. */
function checkPayouts({ cores }: StopBank, { payouts, failed }: Load): boolean {
  let wrong = 0;
  for (const [id, core] of payouts) {
    const [legacy, fresh] = [cores.legacy.paid.get(id) ?? 0, cores.new.paid.get(id) ?? 0];
    if (legacy + fresh !== 1 || (core === 'new' ? fresh : legacy) !== 1) wrong += 1;
  }
  const byNew = [...payouts.values()].filter((core) => core === 'new').length;
  process.stdout.write(
    `${payouts.size} payouts (${byNew} by the new core), ${wrong} lost, doubled or finished elsewhere; ${failed()} requests without an answer\n`,
  );
  return wrong === 0 && failed() === 0;
}
