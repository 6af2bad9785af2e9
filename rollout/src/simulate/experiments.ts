import { upperBound } from '../gate/binomial.ts';
import { evaluate } from '../gate/evaluate.ts';
import { evaluateAtLooks } from '../gate/looks.ts';
import { type GateTerms, riskOf } from '../gate/terms.ts';
import { seededRandom } from './random.ts';
import { type Ending, type Rule, runStage, type StratumTraffic } from './trial.ts';

/** The gate of the simulation. Its bound is higher than in production, so that 4,000 trials end in minutes on a laptop. */
const TERMS: GateTerms = {
  confidence: 0.95,
  gates: 5,
  mismatchBound: 1e-3,
  minPerStratum: 300,
  maxLossRate: 0.001,
  moneyMoves: true,
};

type Point = {
  /** The true rate divided by the bound. */
  ratio: number;
  passed: number;
  passShare: number;
  /** Upper bound of the probability of PASS at 99 % (Clopper-Pearson over the trials). */
  passAtMost: number;
  failShare: number;
  medianMinutesToPass: number | null;
};
type Curve = { name: string; points: Point[] };

/** A gate that tolerates mismatches: the share of trials that passed until each minute. */
type Patience = Point & { name: string; rule: keyof typeof RULES; passShareByMinute: number[] };

/** The result of a simulation. The plots are drawn from it alone. */
export type Figures = {
  seed: number;
  trials: number;
  terms: GateTerms;
  /** The risk of one gate. A core at or above the bound may not pass more often. */
  risk: number;
  worstPassAtMost: number;
  /** Gates for which one mismatch is a FAIL. */
  curves: Curve[];
  /** Gates that tolerate mismatches up to the bound. */
  patience: Patience[];
};

export const MAX_MINUTES = 60;
/** Multiples of the bound, from a core that never differs to a core that differs ten times too often. */
const RATIOS = [0, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 0.6, 1, 1.5, 3, 10];

type Traffic = { name: string; strata: (rate: number) => StratumTraffic[] };

/** Mismatches are spread over all strata or all in one stratum; the strata are equal or one of them is rare. */
const ONE_STRATUM: Traffic = { name: 'one stratum', strata: (rate) => [stratum('all', 400, rate)] };
const TRAFFIC: Traffic[] = [
  ONE_STRATUM,
  {
    name: 'eight equal strata',
    strata: (rate) => Array.from({ length: 8 }, (_, i) => stratum(`s${i}`, 50, rate)),
  },
  {
    name: 'one rare stratum',
    strata: (rate) => [stratum('common', 388, rate), stratum('rare', 12, rate)],
  },
  {
    name: 'all mismatches in the rare stratum',
    strata: (rate) => [stratum('common', 388, 0), stratum('rare', 12, Math.min(1, (rate * 400) / 12))],
  },
];

/** The rule of the controller, and the wrong rule for comparison: the bound of one look, applied at each of sixty looks. */
const RULES = {
  'at the looks of the gate': evaluateAtLooks,
  'the bound of one look, each minute': evaluate,
} as const satisfies Record<string, Rule>;
const RULE_NAMES = Object.keys(RULES) as (keyof typeof RULES)[];
const PATIENCE_RATIOS = [0.1, 0.3, 0.6, 1];

export const POINTS = TRAFFIC.length * RATIOS.length + RULE_NAMES.length * PATIENCE_RATIOS.length;

function stratum(name: string, pairsPerMinute: number, trueRate: number): StratumTraffic {
  return { key: { name }, pairsPerMinute, trueRate };
}

/** Simulates stages with known true rates. The same seed returns the same figures. */
export function simulate(seed: number, trials: number, onPoint: () => void): Figures {
  const random = seededRandom(seed);
  const endings = (rule: Rule, terms: GateTerms, strata: StratumTraffic[]): Ending[] => {
    const all = Array.from({ length: trials }, () => runStage(rule, terms, strata, MAX_MINUTES, random));
    onPoint();
    return all;
  };
  const rateOf = (ratio: number) => ratio * TERMS.mismatchBound;
  const curves = TRAFFIC.map(({ name, strata }) => ({
    name,
    points: RATIOS.map((ratio) => pointOf(ratio, endings(evaluateAtLooks, TERMS, strata(rateOf(ratio))))),
  }));
  const tolerant = { ...TERMS, moneyMoves: false };
  const patience = RULE_NAMES.flatMap((rule) =>
    PATIENCE_RATIOS.map((ratio): Patience => {
      const ended = endings(RULES[rule], tolerant, ONE_STRATUM.strata(rateOf(ratio)));
      const passShareByMinute = Array.from({ length: MAX_MINUTES }, (_, i) => shareBy(ended, i + 1));
      return { name: `${ratio} of the bound, ${rule}`, rule, ...pointOf(ratio, ended), passShareByMinute };
    }),
  );
  const found = { seed, trials, terms: TERMS, risk: riskOf(TERMS), curves, patience };
  return { ...found, worstPassAtMost: Math.max(...promised(found).map(({ passAtMost }) => passAtMost)) };
}

/** The promise of the gate is about these points: cores at or above the bound, judged by the rule of the controller. */
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
