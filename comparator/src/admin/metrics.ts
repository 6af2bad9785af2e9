import { VERDICTS } from '@core-exit/rollout';
import type { Tally } from '../store/tally.ts';

export type MetricsSource = { tally: Tally; shadowsUnderWay: number };

/** Prometheus text: requests and verdicts of this process since its start. Requests minus verdicts is what is under way. */
export function metricsText({ tally, shadowsUnderWay }: MetricsSource): string {
  return [
    '# HELP comparator_requests_total Requests of operations put to a core.',
    '# TYPE comparator_requests_total counter',
    `comparator_requests_total ${tally.requests}`,
    '# HELP comparator_verdicts_total Verdicts; every request gets exactly one.',
    '# TYPE comparator_verdicts_total counter',
    ...VERDICTS.map(
      (verdict) => `comparator_verdicts_total{verdict="${verdict}"} ${tally.verdicts[verdict]}`,
    ),
    '# HELP comparator_shadows_under_way Shadow calls running or waiting for a slot.',
    '# TYPE comparator_shadows_under_way gauge',
    `comparator_shadows_under_way ${shadowsUnderWay}`,
    '',
  ].join('\n');
}
