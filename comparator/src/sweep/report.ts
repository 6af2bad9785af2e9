import { VERDICTS } from '@core-exit/rollout';
import { quantile } from '../store/latency-bucket.ts';
import type { Totals } from './totals.ts';

export type SweepReport = Totals & {
  service: string;
  operation: string;
  /** False: the sweep was stopped before the end. */
  isWhole: boolean;
  at: string;
};

const histogram = (buckets: Record<string, number>): [number, number][] =>
  Object.entries(buckets).map(([ms, n]): [number, number] => [Number(ms), n]);

export function reportText(report: SweepReport): string {
  const { asked, ms, verdicts, latency, failures, businessDate, untold } = report;
  const perSecond = ms > 0 ? Math.round((asked * 1_000) / ms) : 0;
  const lines = [
    `${report.operation}: ${asked.toLocaleString('en')} ids compared on both cores, ${perSecond.toLocaleString('en')} a second${businessDate === null ? '' : `, at business date ${businessDate}`}${report.isWhole ? '' : ' (stopped before the end)'}`,
    ...VERDICTS.filter((verdict) => verdicts[verdict] > 0).map(
      (verdict) => `  ${verdict.padEnd(16)}${verdicts[verdict].toLocaleString('en').padStart(12)}`,
    ),
    ...(['legacy', 'new'] as const).map((core) => {
      const times = histogram(latency[core]);
      return `  ${core.padEnd(8)}p50 ${quantile(times, 0.5) ?? '-'} ms   p99 ${quantile(times, 0.99) ?? '-'} ms`;
    }),
    ...Object.entries(failures).map(([what, n]) => `  failed: ${what} ${n}`),
    ...bySize(report).flatMap(({ id, count, parts }) => [
      `  ${id}  ${count} times`,
      ...parts.map((part) => `    ${part}`),
    ]),
    ...(untold.signatures > 0 ? [`  ${untold.signatures} comparisons with further signatures`] : []),
  ];
  return lines.join('\n');
}

function bySize({ signatures }: SweepReport) {
  return Object.values(signatures).toSorted((a, b) => b.count - a.count);
}

const COLOURS: Record<string, string> = {
  match: '#2e7d32',
  explained: '#558b2f',
  mismatch: '#c62828',
  raced: '#f9a825',
};

/** One HTML file without scripts and without references to other files. */
export function reportHtml(report: SweepReport): string {
  const verdictBars = VERDICTS.filter((verdict) => report.verdicts[verdict] > 0).map((verdict) => ({
    label: verdict,
    n: report.verdicts[verdict],
    colour: COLOURS[verdict] ?? '#616161',
  }));
  const times = (core: 'legacy' | 'new', colour: string) =>
    histogram(report.latency[core])
      .toSorted(([a], [b]) => a - b)
      .map(([ms, n]) => ({ label: `${ms} ms`, n, colour }));
  const rows = bySize(report).map(
    ({ id, count, parts, example }) =>
      `<tr><td>${escape(id)}</td><td>${count}</td><td>${parts.map(escape).join('<br>')}</td><td>${example
        .map(
          ({ path, left, right }) =>
            `${escape(path)}: ${escape(left ?? 'no value')} | ${escape(right ?? 'no value')}`,
        )
        .join('<br>')}</td></tr>`,
  );
  const strata = Object.entries(report.strata).map(
    ([stratum, counts]) =>
      `<tr><td>${escape(stratum)}</td>${VERDICTS.map((verdict) => `<td>${counts[verdict] || ''}</td>`).join('')}</tr>`,
  );
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>${escape(report.operation)}: sweep</title>
<style>body{font:15px system-ui;margin:2em;max-width:70em}table{border-collapse:collapse}td,th{border:1px solid #ccc;padding:.3em .6em;text-align:left;vertical-align:top}pre{background:#f5f5f5;padding:1em}</style>
<h1>${escape(report.service)}: ${escape(report.operation)}, ${escape(report.at)}</h1><pre>${escape(reportText(report))}</pre>
<h2>Verdicts</h2>${bars(verdictBars)}
<h2>Response times of the legacy core</h2>${bars(times('legacy', '#546e7a'))}<h2>Response times of the new core</h2>${bars(times('new', '#1565c0'))}
<h2>Differences</h2><table><tr><th>signature</th><th>times</th><th>path, kind and class</th><th>first case, masked: legacy | new</th></tr>${rows.join('')}</table>
<h2>Strata</h2><table><tr><th>stratum</th>${VERDICTS.map((verdict) => `<th>${verdict}</th>`).join('')}</tr>${strata.join('')}</table></html>
`;
}

const BAR_WIDTH = 480;
const BAR_HEIGHT = 18;

function bars(all: readonly { label: string; n: number; colour: string }[]): string {
  const most = Math.max(1, ...all.map(({ n }) => n));
  const drawn = all.map(({ label, n, colour }, i) => {
    const y = i * (BAR_HEIGHT + 4);
    const width = Math.max(1, (n / most) * BAR_WIDTH);
    return `<text x="0" y="${y + 13}">${escape(label)}</text><rect x="130" y="${y}" width="${width}" height="${BAR_HEIGHT}" fill="${colour}"/><text x="${140 + width}" y="${y + 13}">${n.toLocaleString('en')}</text>`;
  });
  return `<svg width="760" height="${all.length * (BAR_HEIGHT + 4)}" font-size="13">${drawn.join('')}</svg>`;
}

function escape(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
