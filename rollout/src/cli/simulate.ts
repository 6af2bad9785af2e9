import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { EXIT } from '@core-exit/process/exit-codes';
import { type Figures, POINTS, promised, simulate } from '../simulate/experiments.ts';
import { plotsOf } from '../simulate/plots.ts';
import type { Outcome } from './outcome.ts';

const TRIALS = 4_000;
export const FIGURES_FILE = 'gate-simulation.json';

/**
 * Runs the simulation and writes its figures and plots. Exit code 1 means that a core at or above the bound passed more
 * often than the risk of one gate allows, so the gate does not keep its promise.
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
    `probability of PASS by true rate (as a multiple of the bound), ${trials} trials each, seed ${seed}`,
    ...curves.map(
      ({ name, points }) =>
        `  ${name.padEnd(36)} ${points.map((p) => `${p.ratio}: ${p.passShare.toFixed(4)}`).join('  ')}`,
    ),
    'if mismatches are tolerated:',
    ...patience.map(({ name, passShare, failShare, medianMinutesToPass: minutes }) => {
      const shares = `PASS ${passShare.toFixed(4)}  FAIL ${failShare.toFixed(4)}`;
      return `  ${name.padEnd(54)} ${shares}  after ${minutes ?? '-'} min`;
    }),
    `a core at or above the bound passes ${holds ? 'within' : 'ABOVE'} the risk of one gate, ${risk.toFixed(4)}`,
    ...files.map((file) => `written: ${file}`),
  ].join('\n');
  return { exit: holds ? EXIT.done : EXIT.found, text, json: { command: 'simulate', ...figures, files } };
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
