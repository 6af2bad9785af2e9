import { median, range } from '../figures.ts';
import { type Saturated, TIMEOUT_MS } from './load.ts';

/** The rounds of one rung. */
export type Summary = {
  perSecond: number;
  range: string;
  p50: string;
  p99: string;
  answered: number;
  timeouts: number;
  broken: number;
  notOk: number;
};

export function summaryOf(runs: readonly Saturated[]): Summary {
  const of = (figure: keyof Saturated): number[] => runs.map((run) => run[figure]);
  const sum = (figure: keyof Saturated): number => of(figure).reduce((a, b) => a + b, 0);
  const answered = sum('answered');
  const ms = (figure: 'p50Ms' | 'p99Ms'): string => (answered === 0 ? '-' : msText(median(of(figure))));
  return {
    perSecond: median(of('requestsPerSecond')),
    range: range(of('requestsPerSecond'), 0),
    p50: ms('p50Ms'),
    p99: ms('p99Ms'),
    answered,
    timeouts: sum('timeouts'),
    broken: sum('broken'),
    notOk: sum('notOk'),
  };
}

/** `-` if there is no second figure. */
export function ratioText(a: number, b: number | undefined): string {
  return b === undefined || !(b > 0) ? '-' : (a / b).toFixed(2);
}

function msText(ms: number): string {
  return Number.isFinite(ms) ? ms.toFixed(2) : `> ${TIMEOUT_MS}`;
}
