import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { FIGURES_FILE, simulateTo } from '../cli/simulate.ts';
import { type Figures, POINTS, promised, simulate } from './experiments.ts';
import { plotsOf } from './plots.ts';

const COMMITTED = join(import.meta.dirname, '../../figures');
const SEED = 7;
const FEW = 20;
const read = (directory: string, name: string) => readFileSync(join(directory, name), 'utf8');

test('the same seed returns the same figures, another seed other figures', () => {
  let points = 0;
  const once = simulate(SEED, FEW, () => (points += 1));
  expect(points).toBe(POINTS);
  expect(simulate(SEED, FEW, () => undefined)).toEqual(once);
  expect(simulate(SEED + 1, FEW, () => undefined).curves).not.toEqual(once.curves);
});

test('a core that never differs always passes; a core at ten times the bound never passes', () => {
  for (const { name, points } of simulate(SEED, FEW, () => undefined).curves) {
    expect({ name, share: points[0]?.passShare }).toEqual({ name, share: 1 });
    expect({ name, share: points.at(-1)?.passShare }).toEqual({ name, share: 0 });
  }
});

test('the command writes figures and plots, and returns exit code 0 if the gate keeps its promise', async () => {
  const out = mkdtempSync(join(tmpdir(), 'simulate-'));
  expect(await simulateTo(out, SEED, FEW)).toMatchObject({ exit: 0 });
  expect(readdirSync(out).toSorted()).toEqual(readdirSync(COMMITTED).toSorted());
  const figures = JSON.parse(read(out, FIGURES_FILE)) as Figures;
  for (const [name, svg] of Object.entries(plotsOf(figures))) expect(read(out, name)).toBe(svg);
});

const committed = JSON.parse(read(COMMITTED, FIGURES_FILE)) as Figures;

test('the plots of the documentation are those of its figures', () => {
  for (const [name, svg] of Object.entries(plotsOf(committed))) expect(read(COMMITTED, name)).toBe(svg);
});

test('no core at the bound passed more often than the risk of one gate; with the bound of one look it would have', () => {
  const { risk, trials, patience } = committed;
  const byChance = 3 * Math.sqrt((risk * (1 - risk)) / trials);
  for (const { passShare } of promised(committed)) expect(passShare).toBeLessThanOrEqual(risk + byChance);
  const [patient, ...more] = patience.filter(
    (p) => p.rule.startsWith('the bound of one look') && p.ratio === 1,
  );
  expect(more).toEqual([]);
  expect(patient?.passShare).toBeGreaterThan(risk + byChance);
});
