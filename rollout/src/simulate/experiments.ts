import { upperBound } from '../gate/binomial.ts';
import type { GateTerms } from '../gate/terms.ts';
import { seededRandom } from './random.ts';
import { type Cell, type Ending, runStage } from './trial.ts';

/** The gate that is simulated: the shape of the real plan at a bound that a laptop can reach 4,000 times. */
export const TERMS: GateTerms = {
  confidence: 0.95,
  gates: 4,
  mismatchBound: 1e-3,
  minPerStratum: 300,
  maxLossRate: 0.001,
  moneyMoves: true,
};

type Point = {
  /** Of the true rate to the bound. */
  ratio: number;
  trials: number;
  passed: number;
  passShare: number;
  /** Upper bound of the chance of passing, at 99 % (Clopper-Pearson over the trials). */
  passAtMost: number;
  medianMinutesToPass: number | null;
};

export type Curve = { name: string; points: Point[] };

const MAX_MINUTES = 60;
const TRIALS = 4_000;
/** Of the bound: from a core that never differs to one ten times too bad. */
const RATIOS = [0, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 0.6, 1, 1.5, 3, 10];

type Traffic = { name: string; cells: (rate: number) => Cell[] };

/** Traffic whose mismatches are everywhere, or all in one cell; cells alike, or one of them rare. */
const TRAFFIC: Traffic[] = [
  {
    name: 'one stratum',
    cells: (rate) => [cell('all', 400, rate)],
  },
  {
    name: 'eight equal strata',
    cells: (rate) => Array.from({ length: 8 }, (_, i) => cell(`s${i}`, 50, rate)),
  },
  {
    name: 'one rare stratum',
    cells: (rate) => [cell('common', 388, rate), cell('rare', 12, rate)],
  },
  {
    name: 'all mismatches in the rare stratum',
    cells: (rate) => [cell('common', 388, 0), cell('rare', 12, Math.min(1, (rate * 400) / 12))],
  },
];

function cell(name: string, pairsPerMinute: number, trueRate: number): Cell {
  return { key: { name }, pairsPerMinute, trueRate };
}

/** Chance of passing one gate, by the true rate, for each kind of traffic; the gate looks every minute. */
export function passCurves(seed: number, onPoint: () => void): Curve[] {
  const random = seededRandom(seed);
  return TRAFFIC.map(({ name, cells }) => ({
    name,
    points: RATIOS.map((ratio) => {
      const endings = Array.from({ length: TRIALS }, () =>
        runStage(TERMS, cells(ratio * TERMS.mismatchBound), MAX_MINUTES, random),
      );
      onPoint();
      return pointOf(ratio, endings);
    }),
  }));
}

export const POINTS = TRAFFIC.length * RATIOS.length;

function pointOf(ratio: number, endings: Ending[]): Point {
  const passed = endings.filter(({ decision }) => decision === 'PASS');
  const minutes = passed.map((e) => e.minutes).toSorted((a, b) => a - b);
  return {
    ratio,
    trials: endings.length,
    passed: passed.length,
    passShare: passed.length / endings.length,
    passAtMost: upperBound(endings.length, passed.length, 0.01),
    medianMinutesToPass: minutes[Math.floor(minutes.length / 2)] ?? null,
  };
}
