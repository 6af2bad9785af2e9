import { styleText } from 'node:util';
import type { StageTotals } from './gateway-view.ts';
import type { StoryEvent } from './story.ts';

const HEAD = [
  'stage',
  'requests',
  'new core',
  'match',
  'mismatch',
  'other',
  'legacy p50/p99',
  'new p50/p99',
  'alerts',
];
const WIDTHS = [9, 9, 9, 7, 9, 7, 15, 13, 7];

export type Table = {
  event(event: StoryEvent): void;
  /** Shows the stay in force; on a terminal the line is drawn again, elsewhere only when the stay has ended. */
  row(totals: StageTotals, alerts: number): void;
  line(text: string): void;
};

/** The move as a person follows it. */
export function liveTable(out: NodeJS.WriteStream): Table {
  let drawn: { key: string; text: string } | null = null;
  const finish = (): void => {
    if (drawn === null) return;
    out.write(out.isTTY ? '\n' : `${drawn.text}\n`);
    drawn = null;
  };
  const line = (text: string): void => {
    finish();
    out.write(`${text}\n`);
  };
  return {
    line,
    event: (event) => line(describe(event)),
    row(totals, alerts) {
      const key = `${totals.stage} ${totals.since}`;
      if (drawn !== null && drawn.key !== key) finish();
      drawn = { key, text: rowOf(totals, alerts) };
      if (out.isTTY) out.write(`\r${drawn.text}`);
    },
  };
}

export const tableHead = (): string => styleText('bold', cells(HEAD));

function rowOf({ stage, requests, primary, verdicts, latencyMs }: StageTotals, alerts: number): string {
  const match = verdicts['match'] ?? 0;
  const mismatch = verdicts['mismatch'] ?? 0;
  const share = requests === 0 ? 0 : (100 * primary.new) / requests;
  const times = ({ p50, p99 }: { p50: number | null; p99: number | null }) =>
    `${p50 ?? '-'} / ${p99 ?? '-'} ms`;
  const text = cells([
    stage,
    String(requests),
    `${share.toFixed(1)} %`,
    String(match),
    String(mismatch),
    String(requests - match - mismatch),
    times(latencyMs.legacy),
    times(latencyMs.new),
    String(alerts),
  ]);
  return mismatch > 0 ? styleText('red', text) : text;
}

function cells(texts: string[]): string {
  return texts
    .map((text, i) => (i === 0 ? text.padEnd(WIDTHS[i] ?? 0) : text.padStart(WIDTHS[i] ?? 0)))
    .join('  ');
}

function describe(event: StoryEvent): string {
  switch (event.kind) {
    case 'day':
      return styleText('dim', `— business date ${event.businessDate}`);
    case 'stage':
      return `${styleText('bold', `→ ${event.stage}`)}  ${event.why}`;
    case 'deployed':
      return styleText('cyan', `⇑ new core ${event.release.version} deployed`);
    case 'mismatch':
      return styleText('red', `✗ first mismatch ${event.afterMs} ms after the deployment, in ${event.stage}`);
    case 'alerted':
      return styleText('yellow', `! Slack, ${event.afterMs} ms later: ${event.text}`);
    case 'stepped back':
      return styleText(
        'yellow',
        `← stepped back to ${event.to} by itself, ${event.afterMs} ms after the mismatch`,
      );
  }
}
