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
  /** Shows the stay in force; on a terminal the line is drawn again, elsewhere a row stands when its stay has ended. */
  row(totals: StageTotals, alerts: number): void;
  line(text: string): void;
};

/** What an event does to the row on show: it stands as the last one of its stay, or as one on the way. */
const ROW_AT_EVENT: Partial<Record<StoryEvent['kind'], 'last' | 'on the way'>> = {
  day: 'last',
  'stepped back': 'last',
  deployed: 'on the way',
};

/** The move as a person follows it. */
export function liveTable(out: NodeJS.WriteStream): Table {
  let drawn: { stay: string; text: string } | null = null;
  let overStay = '';
  const line = (text: string): void => void out.write(`${out.isTTY ? CLEAR_LINE : ''}${text}\n`);
  const keepRow = (): void => {
    if (drawn !== null) line(drawn.text);
    drawn = null;
  };
  return {
    line(text) {
      keepRow();
      line(text);
    },
    event(event) {
      const row = ROW_AT_EVENT[event.kind];
      if (row === 'last') overStay = drawn?.stay ?? overStay; // its last verdicts come in late; the report has them
      if (row !== undefined) keepRow();
      line(describe(event));
    },
    row(totals, alerts) {
      const stay = `${totals.stage} ${totals.since}`;
      if (stay === overStay) return;
      if (drawn !== null && drawn.stay !== stay) keepRow();
      drawn = { stay, text: rowOf(totals, alerts) };
      if (out.isTTY) out.write(`${CLEAR_LINE}${drawn.text}`);
    },
  };
}

const CLEAR_LINE = '\r\u001b[2K';

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
      return styleText(
        'red',
        `✗ first mismatch ${event.afterMs} ms after the deployment began, in ${event.stage}`,
      );
    case 'alerted':
      return styleText('yellow', `! Slack, ${event.afterMs} ms later: ${event.text}`);
    case 'taken back':
      return styleText(
        'yellow',
        `↺ ${event.payouts} wrong payouts taken back by an operator, their periods open again`,
      );
    case 'stepped back':
      return styleText(
        'yellow',
        `← stepped back to ${event.to} by itself, ${event.afterMs} ms after the mismatch`,
      );
  }
}
