import { type BenchOptions, inTurns, median, table } from './figures.ts';
import { drained, since } from './gateway/counts.ts';
import { saturate } from './gateway/load.ts';
import { Parts } from './gateway/processes.ts';
import { type Sample, type ShadowRung, shadowRungs } from './gateway/shadow-rungs.ts';
import { ratioText, summaryOf } from './gateway/summary.ts';
import { wrongCounts } from './gateway/wrong-counts.ts';

type Terms = { rounds: number; seconds: number };
/** A call to a hanging shadow ends after 3 s. A round of 7 s has two answers of a server that waits for its shadow. */
const FULL: Record<string, Terms> = {
  fast: { rounds: 5, seconds: 3 },
  'slow 200 ms': { rounds: 5, seconds: 3 },
  hanging: { rounds: 3, seconds: 7 },
};
const QUICK: Record<string, Terms> = {
  fast: { rounds: 1, seconds: 1 },
  'slow 200 ms': { rounds: 1, seconds: 1 },
  hanging: { rounds: 1, seconds: 4 },
};
const WARM_UP_S = 2;

type Samples = Map<ShadowRung, Sample[]>;

/**
 * The same load with and without a shadow, for each product that can send requests to a shadow. Fails if a customer gets no
 * answer or a wrong one, if equal answers count as different, or if compared, failed and dropped requests do not add up.
 */
export async function benchShadow({ isQuick }: BenchOptions): Promise<boolean> {
  const wrong: string[] = [];
  for (const [behaviour, terms] of Object.entries(isQuick ? QUICK : FULL))
    wrong.push(...(await oneBehaviour(behaviour, terms)));
  for (const line of wrong) process.stdout.write(`WRONG: ${line}\n`);
  return wrong.length === 0;
}

async function oneBehaviour(behaviour: string, { rounds, seconds }: Terms): Promise<string[]> {
  const parts = new Parts();
  try {
    const rungs = await shadowRungs(parts, behaviour);
    const samples: Samples = new Map(rungs.map((rung) => [rung, []]));
    for (let round = 0; round <= rounds; round += 1) {
      for (const rung of inTurns(rungs, round)) {
        const sample = await measured(rung, round === 0 ? WARM_UP_S : seconds);
        if (round > 0) samples.get(rung)?.push(sample);
        const { requestsPerSecond } = sample.load;
        process.stderr.write(
          `shadow ${behaviour}, round ${round} of ${rounds}, ${rung.name}: ${requestsPerSecond.toFixed(0)}/s\n`,
        );
      }
    }
    print(behaviour, samples);
    return [...samples].flatMap(([rung, all]) =>
      wrongCounts(rung, all, behaviour === 'hanging').map(
        (what) => `shadow ${behaviour}, ${rung.name}: ${what}`,
      ),
    );
  } finally {
    await parts.stop();
  }
}

/** Returns when no shadow call goes on any more. */
async function measured({ name, url, counts, pending }: ShadowRung, seconds: number): Promise<Sample> {
  const before = await counts?.();
  const load = await saturate({ url }, seconds);
  await drained(name, pending);
  const after = await counts?.();
  return { load, counts: before === undefined || after === undefined ? null : since(before, after) };
}

function print(behaviour: string, samples: Samples): void {
  const all = [...samples].map(([rung, of]) => ({
    rung,
    of,
    ...summaryOf(of.map(({ load }) => load)),
  }));
  const perSecond = (name: string | null) => all.find(({ rung }) => rung.name === name)?.perSecond;
  const rows = all.map(({ rung, of, ...one }) => [
    rung.name,
    one.perSecond.toFixed(0),
    one.range,
    rung.without === null ? '' : ratioText(one.perSecond, perSecond(rung.without)),
    one.p50,
    one.p99,
    String(one.timeouts),
    ...(['compared', 'failed', 'dropped'] as const).map((what) => share(rung, of, what)),
  ]);
  const head = [
    `shadow: ${behaviour}`,
    'requests/s',
    'least .. greatest',
    'of itself without',
    'p50 ms',
    'p99 ms',
    'too late',
    'compared',
    'no answer',
    'dropped',
  ];
  process.stdout.write(`\n${table(head, rows)}\n`);
}

/** Share of the requests of a round; the median of the rounds. */
function share(rung: ShadowRung, of: readonly Sample[], what: 'compared' | 'failed' | 'dropped'): string {
  if (rung.without === null) return '';
  const shares = of.flatMap(({ counts }) =>
    counts === null || counts.requests === 0 ? [] : [counts[what] / counts.requests],
  );
  if (shares.length === 0) return what === 'compared' ? 'never' : '?';
  return `${(median(shares) * 100).toFixed(1)} %`;
}
