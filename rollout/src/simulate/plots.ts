import { type Chart, svgChart } from './chart.ts';
import { type Figures, MAX_MINUTES } from './experiments.ts';

/** Start of the logarithmic axis; it stands for a core that never differs. */
const ZERO_ON_LOG = 0.0005;
const RATIO_TICKS = [0.001, 0.01, 0.1, 1, 10];
const AXIS = { scale: 'log', min: ZERO_ON_LOG, max: 10, ticks: RATIO_TICKS } as const;
const X_TITLE = 'true mismatch rate, as a multiple of the bound (left edge: a core that never differs)';
const SHARE = { scale: 'linear', min: 0, max: 1, ticks: [0, 0.25, 0.5, 0.75, 1] } as const;
const at = (ratio: number) => Math.max(ZERO_ON_LOG, ratio);

/** The plots of a simulation by file name, drawn from its figures alone. */
export function plotsOf(figures: Figures): Record<string, string> {
  return {
    'gate-chance-of-passing.svg': svgChart(chanceOfPassing(figures)),
    'gate-bad-core.svg': svgChart(badCore(figures)),
    'gate-wait.svg': svgChart(waiting(figures)),
    'gate-patience.svg': svgChart(patienceOf(figures)),
  };
}

const riskLevel = ({ risk }: Figures) => ({ y: risk, text: `risk of one gate: ${risk.toFixed(4)}` });

function chanceOfPassing(figures: Figures): Chart {
  return {
    title: 'Probability of PASS at one gate that judges every minute',
    xTitle: X_TITLE,
    yTitle: 'probability of PASS',
    x: AXIS,
    y: SHARE,
    lines: figures.curves.map(({ name, points }) => ({
      name,
      points: points.map((p) => [at(p.ratio), p.passShare] as const),
    })),
    level: riskLevel(figures),
  };
}

function badCore(figures: Figures): Chart {
  return {
    title: 'A core at or above the bound: upper bound of the probability of PASS at 99 %',
    xTitle: 'true mismatch rate, as a multiple of the bound',
    yTitle: 'probability of PASS',
    x: { scale: 'log', min: 0.9, max: 10, ticks: [1, 1.5, 3, 10] },
    y: { scale: 'linear', min: 0, max: 0.025, ticks: [0, 0.005, 0.01, 0.015, 0.02] },
    lines: figures.curves.map(({ name, points }) => ({
      name,
      points: points.filter(({ ratio }) => ratio >= 1).map((p) => [p.ratio, p.passAtMost] as const),
    })),
    level: riskLevel(figures),
  };
}

function waiting({ curves }: Figures): Chart {
  return {
    title: 'Median time until a core passes',
    xTitle: X_TITLE,
    yTitle: 'minutes at 400 pairs per minute',
    x: AXIS,
    y: { scale: 'linear', min: 0, max: 40, ticks: [0, 10, 20, 30, 40] },
    lines: curves.map(({ name, points }) => ({
      name,
      points: points.flatMap(({ ratio, medianMinutesToPass: minutes }) =>
        minutes === null ? [] : [[at(ratio), minutes] as const],
      ),
    })),
  };
}

function patienceOf(figures: Figures): Chart {
  return {
    title: 'Mismatches are tolerated: a core exactly at the bound, judged every minute',
    xTitle: 'minutes at 400 pairs per minute',
    yTitle: 'share of trials that passed',
    x: { scale: 'linear', min: 0, max: MAX_MINUTES, ticks: [0, 10, 20, 30, 40, 50, 60] },
    y: { scale: 'linear', min: 0, max: 0.06, ticks: [0, 0.01, 0.02, 0.03, 0.04, 0.05, 0.06] },
    lines: figures.patience
      .filter(({ ratio }) => ratio === 1)
      .map(({ rule, passShareByMinute }) => ({
        name: rule,
        points: passShareByMinute.map((share, i) => [i + 1, share] as const),
      })),
    level: riskLevel(figures),
  };
}
