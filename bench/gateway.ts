import { type BenchOptions, inTurns, table } from './figures.ts';
import { drained, gatewayCounts } from './gateway/counts.ts';
import { type Load, type Saturated, saturate } from './gateway/load.ts';
import { Parts } from './gateway/processes.ts';
import { type Serving, startServing } from './gateway/serving.ts';
import { ratioText, summaryOf } from './gateway/summary.ts';

const FULL = { rounds: 7, seconds: 3 };
const QUICK = { rounds: 1, seconds: 1 };

const PATH = '/passed/1';
const UPSTREAM = 'upstream itself';
const PROXY = 'Fastify http-proxy';

/**
 * What the gateway costs without a shadow, beside no gateway, nginx and a bare Fastify reverse proxy. The gateway is measured
 * twice: as `try` starts it, with verdicts in memory and no identities, and as `serve` starts it, with PostgreSQL, Unleash
 * and the customer's token. Fails if a request fails, a body is not that of the upstream, or verdicts do not add up.
 */
export async function benchGateway({ isQuick }: BenchOptions): Promise<boolean> {
  const { rounds, seconds } = isQuick ? QUICK : FULL;
  const parts = new Parts();
  let serving: Serving | null = null;
  try {
    const legacy = await parts.node('upstream-main.ts', 'fast');
    serving = await startServing(legacy.url, legacy.url);
    const tried = await parts.gateway(legacy.url, legacy.url);
    const rungs: Record<string, Load> = {
      [UPSTREAM]: { url: legacy.url + PATH },
      nginx: { url: (await parts.nginx(legacy.port, null)).url + PATH },
      [PROXY]: { url: (await parts.node('fastify-proxy-main.ts', legacy.url)).url + PATH },
      'this gateway, try': { url: tried.url + PATH },
      'this gateway, serve': {
        url: serving.url + PATH,
        headers: { authorization: serving.authorization },
      },
    };
    const wrong = await otherBodies(rungs);
    const results = new Map<string, Saturated[]>(Object.keys(rungs).map((name) => [name, []]));
    for (let round = 0; round <= rounds; round += 1) {
      for (const [name, load] of inTurns(Object.entries(rungs), round)) {
        const result = await saturate(load, seconds);
        if (round > 0) results.get(name)?.push(result); // the first round warms up
        process.stderr.write(
          `round ${round} of ${rounds}, ${name}: ${Math.round(result.requestsPerSecond)}/s\n`,
        );
      }
    }
    wrong.push(...print(results));
    for (const { adminUrl } of [tried, serving]) wrong.push(...(await otherVerdicts(adminUrl)));
    for (const line of wrong) process.stdout.write(`WRONG: ${line}\n`);
    return wrong.length === 0;
  } finally {
    await parts.stop();
    await serving?.close();
  }
}

/** Each rung must return exactly the bytes of the upstream; otherwise the rungs do not do the same work. */
async function otherBodies(rungs: Record<string, Load>): Promise<string[]> {
  const bodyOf = async ({ url, headers = {} }: Load): Promise<string> =>
    (await fetch(url, { headers })).text();
  const expected = await bodyOf(rungs[UPSTREAM] ?? { url: '' });
  const wrong: string[] = [];
  for (const [name, load] of Object.entries(rungs)) {
    if ((await bodyOf(load)) !== expected) wrong.push(`${name} returns another body`);
  }
  return wrong;
}

function print(results: Map<string, Saturated[]>): string[] {
  const all = [...results].map(([name, runs]) => ({ name, ...summaryOf(runs) }));
  const perSecond = (name: string) => all.find((one) => one.name === name)?.perSecond;
  const rows = all.map((one) => [
    one.name,
    one.perSecond.toFixed(0),
    one.range,
    ratioText(one.perSecond, perSecond(PROXY)),
    ratioText(one.perSecond, perSecond('nginx')),
    one.p50,
    one.p99,
    String(one.timeouts),
  ]);
  const head = [
    'no shadow',
    'requests/s',
    'least .. greatest',
    'of http-proxy',
    'of nginx',
    'p50 ms',
    'p99 ms',
    'too late',
  ];
  process.stdout.write(`${table(head, rows)}\n`);
  return all
    .filter(({ answered, broken, notOk }) => answered === 0 || broken + notOk > 0)
    .map(
      ({ name, answered, broken, notOk }) =>
        `${name}: ${answered} answered, ${broken} broken, ${notOk} not 2xx`,
    );
}

/** No request here is to be compared, and each one has its verdict. */
async function otherVerdicts(adminUrl: string): Promise<string[]> {
  await drained('gateway', async () => (await gatewayCounts(adminUrl)).pending);
  const { requests, passed } = await gatewayCounts(adminUrl);
  return requests === passed && requests > 0
    ? []
    : [`${requests} requests, ${passed} passed without a shadow`];
}
