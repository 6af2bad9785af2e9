import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { EXIT, type Outcome } from '../cli/outcome.ts';
import { type Figures, POINTS, promised, simulate } from './experiments.ts';
import { plotsOf } from './plots.ts';

const TRIALS = 4_000;
export const FIGURES_FILE = 'gate-simulation.json';

/**
 * Runs the simulation and writes its plots and figures. Exit 1 when a core at or above the bound passed more often than
 * one gate may risk: then the gate's promise is not kept.
 */
export async function simulateTo(out: string | null, seed: number, trials = TRIALS): Promise<Outcome> {
  let done = 0;
  const isTerminal = process.stderr.isTTY;
  const figures = simulate(seed, trials, () => {
    done += 1;
    if (isTerminal) process.stderr.write(`\rsimulated ${done} of ${POINTS}${done === POINTS ? '\n' : ''}`);
  });
  const files = out === null ? [] : written(resolve(out), figures);
  const { risk, curves, patience } = figures;
  const holds = promised(figures).every(
    ({ passShare }) => passShare <= risk + 3 * Math.sqrt((risk * (1 - risk)) / trials),
  );
  const text = [
    `chance of passing by true rate (as a multiple of the bound), ${trials} trials each, seed ${seed}`,
    ...curves.map(
      ({ name, points }) =>
        `  ${name.padEnd(36)} ${points.map((p) => `${p.ratio}: ${p.passShare.toFixed(4)}`).join('  ')}`,
    ),
    'where mismatches are borne:',
    ...patience.map(({ name, passShare, failShare, medianMinutesToPass: minutes }) => {
      const shares = `PASS ${passShare.toFixed(4)}  FAIL ${failShare.toFixed(4)}`;
      return `  ${name.padEnd(54)} ${shares}  after ${minutes ?? '-'} min`;
    }),
    `a core at the bound or worse: ${holds ? 'within' : 'ABOVE'} the risk of one gate, ${risk.toFixed(4)}`,
    ...files.map((file) => `written: ${file}`),
  ].join('\n');
  return { exit: holds ? EXIT.done : EXIT.fail, text, json: { command: 'simulate', ...figures, files } };
}

function written(directory: string, figures: Figures): string[] {
  mkdirSync(directory, { recursive: true });
  const files = { ...plotsOf(figures), [FIGURES_FILE]: `${JSON.stringify(figures, null, 2)}\n` };
  return Object.entries(files).map(([name, content]) => {
    const path = join(directory, name);
    writeFileSync(path, content);
    return path;
  });
}
