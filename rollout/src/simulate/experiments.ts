import { upperBound } from '../gate/binomial.ts';
import { evaluate } from '../gate/evaluate.ts';
import { evaluateAtLooks } from '../gate/looks.ts';
import { type GateTerms, riskOf } from '../gate/terms.ts';
import { seededRandom } from './random.ts';
import { type Cell, type Ending, type Rule, runStage } from './trial.ts';

/** The gate that is simulated: the shape of the real plan at a bound that a laptop can reach 4,000 times. */
const TERMS: GateTerms = {
  confidence: 0.95,
  gates: 5,
  mismatchBound: 1e-3,
  minPerStratum: 300,
  maxLossRate: 0.001,
  moneyMoves: true,
};

type Point = {
  /** Of the true rate to the bound. */
  ratio: number;
  passed: number;
  passShare: number;
  /** Upper bound of the chance of passing, at 99 % (Clopper-Pearson over the trials). */
  passAtMost: number;
  failShare: number;
  medianMinutesToPass: number | null;
};
type Curve = { name: string; points: Point[] };

/** Where mismatches are borne: how many have passed after so many minutes of looking. */
type Patience = Point & { name: string; rule: keyof typeof RULES; passShareByMinute: number[] };

/** All that a simulation found out; the plots are drawn from it and from nothing else. */
export type Figures = {
  seed: number;
  trials: number;
  terms: GateTerms;
  /** Of one gate: no core at the bound or worse may pass more often. */
  risk: number;
  worstPassAtMost: number;
  /** One mismatch is a FAIL. */
  curves: Curve[];
  /** Mismatches are borne up to the bound. */
  patience: Patience[];
};

export const MAX_MINUTES = 60;
/** Of the bound: from a core that never differs to one ten times too bad. */
const RATIOS = [0, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 0.6, 1, 1.5, 3, 10];

type Traffic = { name: string; cells: (rate: number) => Cell[] };

/** Traffic whose mismatches are everywhere, or all in one cell; cells alike, or one of them rare. */
const ONE_STRATUM: Traffic = { name: 'one stratum', cells: (rate) => [cell('all', 400, rate)] };
const TRAFFIC: Traffic[] = [
  ONE_STRATUM,
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

/** What the controller does, and what it must not do: read the bound of one look at each of sixty. */
const RULES = {
  'at the looks of the gate': evaluateAtLooks,
  'the bound of one look, each minute': evaluate,
} as const satisfies Record<string, Rule>;
const RULE_NAMES = Object.keys(RULES) as (keyof typeof RULES)[];
const PATIENCE_RATIOS = [0.1, 0.3, 0.6, 1];

export const POINTS = TRAFFIC.length * RATIOS.length + RULE_NAMES.length * PATIENCE_RATIOS.length;

function cell(name: string, pairsPerMinute: number, trueRate: number): Cell {
  return { key: { name }, pairsPerMinute, trueRate };
}

/** Plays stages with known true rates, each looked at every minute; the same seed finds the same. */
export function simulate(seed: number, trials: number, onPoint: () => void): Figures {
  const random = seededRandom(seed);
  const endings = (rule: Rule, terms: GateTerms, cells: Cell[]): Ending[] => {
    const all = Array.from({ length: trials }, () => runStage(rule, terms, cells, MAX_MINUTES, random));
    onPoint();
    return all;
  };
  const rateOf = (ratio: number) => ratio * TERMS.mismatchBound;
  const curves = TRAFFIC.map(({ name, cells }) => ({
    name,
    points: RATIOS.map((ratio) => pointOf(ratio, endings(evaluateAtLooks, TERMS, cells(rateOf(ratio))))),
  }));
  const borne = { ...TERMS, moneyMoves: false };
  const patience = RULE_NAMES.flatMap((rule) =>
    PATIENCE_RATIOS.map((ratio): Patience => {
      const ended = endings(RULES[rule], borne, ONE_STRATUM.cells(rateOf(ratio)));
      const passShareByMinute = Array.from({ length: MAX_MINUTES }, (_, i) => shareBy(ended, i + 1));
      return { name: `${ratio} of the bound, ${rule}`, rule, ...pointOf(ratio, ended), passShareByMinute };
    }),
  );
  const found = { seed, trials, terms: TERMS, risk: riskOf(TERMS), curves, patience };
  return { ...found, worstPassAtMost: Math.max(...promised(found).map(({ passAtMost }) => passAtMost)) };
}

/** Cores at the bound or worse, judged as the controller judges: what the gate's promise is about. */
export function promised({ curves, patience }: Pick<Figures, 'curves' | 'patience'>): Point[] {
  const kept = patience.filter(({ rule }) => RULES[rule] === evaluateAtLooks);
  return [...curves.flatMap(({ points }) => points), ...kept].filter(({ ratio }) => ratio >= 1);
}

function shareBy(endings: Ending[], minute: number): number {
  return endings.filter((e) => e.decision === 'PASS' && e.minutes <= minute).length / endings.length;
}

function pointOf(ratio: number, endings: Ending[]): Point {
  const passed = endings.filter(({ decision }) => decision === 'PASS');
  const failed = endings.filter(({ decision }) => decision === 'FAIL');
  const minutes = passed.map((e) => e.minutes).toSorted((a, b) => a - b);
  return {
    ratio,
    passed: passed.length,
    passShare: passed.length / endings.length,
    passAtMost: upperBound(endings.length, passed.length, 0.01),
    failShare: failed.length / endings.length,
    medianMinutesToPass: minutes[Math.floor(minutes.length / 2)] ?? null,
  };
}
