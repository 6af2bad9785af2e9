import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { EXIT, type Outcome } from '../cli/outcome.ts';
import { riskOf } from '../gate/terms.ts';
import { svgChart } from './chart.ts';
import { type Curve, POINTS, passCurves, TERMS } from './experiments.ts';

/** Where the log axis begins; stands for "never differs". */
const ZERO_ON_LOG = 0.0005;
const RATIO_TICKS = [0.001, 0.01, 0.1, 1, 10];

/**
 * Runs the simulation and writes its plots and figures. Exit 1 when a core at or above the bound passed more often than
 * one gate may risk: then the gate's promise is not kept.
 */
export async function simulateTo(out: string | null, seed: number): Promise<Outcome> {
  let done = 0;
  const isTerminal = process.stderr.isTTY;
  const curves = passCurves(seed, () => {
    done += 1;
    if (isTerminal) process.stderr.write(`\rsimulated ${done} of ${POINTS}${done === POINTS ? '\n' : ''}`);
  });
  const risk = riskOf(TERMS);
  const worst = Math.max(...curves.flatMap(badPoints).map(({ passAtMost }) => passAtMost));
  const figures = { seed, terms: TERMS, risk, worstPassAtMost: worst, curves };
  const files = out === null ? [] : written(resolve(out), figures);
  const holds = curves
    .flatMap(badPoints)
    .every(({ passShare, trials }) => passShare <= risk + 3 * Math.sqrt((risk * (1 - risk)) / trials));
  const text = [
    `chance of passing by true rate (as a multiple of the bound), ${curves[0]?.points[0]?.trials ?? 0} trials each, seed ${seed}`,
    ...curves.map(
      ({ name, points }) =>
        `  ${name.padEnd(36)} ${points.map((p) => `${p.ratio}: ${p.passShare.toFixed(4)}`).join('  ')}`,
    ),
    `a core at the bound or worse: ${holds ? 'within' : 'ABOVE'} the risk of one gate, ${risk.toFixed(4)}`,
    ...files.map((file) => `written: ${file}`),
  ].join('\n');
  return { exit: holds ? EXIT.done : EXIT.fail, text, json: { command: 'simulate', ...figures, files } };
}

function badPoints({ points }: Curve) {
  return points.filter(({ ratio }) => ratio >= 1);
}

function written(directory: string, figures: { risk: number; curves: Curve[] }): string[] {
  const { risk, curves } = figures;
  const x = { scale: 'log', min: ZERO_ON_LOG, max: 10, ticks: RATIO_TICKS } as const;
  const xTitle = 'true mismatch rate, as a multiple of the bound (left edge: never differs)';
  const at = (ratio: number) => Math.max(ZERO_ON_LOG, ratio);
  const pass = svgChart({
    title: 'Chance of passing one gate, looked at every minute',
    xTitle,
    yTitle: 'chance of PASS',
    x,
    y: { scale: 'linear', min: 0, max: 1, ticks: [0, 0.25, 0.5, 0.75, 1] },
    lines: curves.map(({ name, points }) => ({
      name,
      points: points.map((p) => [at(p.ratio), p.passShare] as const),
    })),
    level: { y: risk, text: `risk of one gate: ${risk.toFixed(4)}` },
  });
  const bad = svgChart({
    title: 'A core at the bound or worse: chance of passing, upper end at 99 %',
    xTitle: 'true mismatch rate, as a multiple of the bound',
    yTitle: 'chance of PASS',
    x: { scale: 'log', min: 0.9, max: 10, ticks: [1, 1.5, 3, 10] },
    y: { scale: 'linear', min: 0, max: 0.025, ticks: [0, 0.005, 0.01, 0.0125, 0.02] },
    lines: curves.map((curve) => ({
      name: curve.name,
      points: badPoints(curve).map((p) => [p.ratio, p.passAtMost] as const),
    })),
    level: { y: risk, text: `risk of one gate: ${risk.toFixed(4)}` },
  });
  const wait = svgChart({
    title: 'How long a core waits that passes (median)',
    xTitle,
    yTitle: 'minutes at 400 pairs a minute',
    x,
    y: { scale: 'linear', min: 0, max: 40, ticks: [0, 10, 20, 30, 40] },
    lines: curves.map(({ name, points }) => ({
      name,
      points: points.flatMap((p) =>
        p.medianMinutesToPass === null ? [] : [[at(p.ratio), p.medianMinutesToPass] as const],
      ),
    })),
  });
  mkdirSync(directory, { recursive: true });
  const files: [string, string][] = [
    ['gate-chance-of-passing.svg', pass],
    ['gate-bad-core.svg', bad],
    ['gate-wait.svg', wait],
    ['gate-simulation.json', `${JSON.stringify(figures, null, 2)}\n`],
  ];
  for (const [name, content] of files) writeFileSync(join(directory, name), content);
  return files.map(([name]) => join(directory, name));
}
