import { styleText } from 'node:util';
import type { StageTotals } from './gateway-view.ts';
import type { MigrationEvent } from './migration.ts';

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
  event(event: MigrationEvent): void;
  /** Shows the current stay. On a terminal the line is drawn again; elsewhere a row is printed when its stay has ended. */
  row(totals: StageTotals, alerts: number): void;
  line(text: string): void;
  /** Whether the table has printed its first line. */
  isShown(): boolean;
};

/** What an event means for the shown row: the last row of its stay, or a row in the middle of the stay. */
const ROW_AT_EVENT: Partial<Record<MigrationEvent['kind'], 'last' | 'middle'>> = {
  day: 'last',
  'stepped back': 'last',
  deployed: 'middle',
};

/** Prints the move while it happens. */
export function liveTable(out: NodeJS.WriteStream): Table {
  let drawn: { stay: string; text: string } | null = null;
  let overStay = '';
  let isShown = false;
  const line = (text: string): void => {
    isShown = true;
    out.write(`${out.isTTY ? CLEAR_LINE : ''}${text}\n`);
  };
  const keepRow = (): void => {
    if (drawn !== null) line(drawn.text);
    drawn = null;
  };
  return {
    isShown: () => isShown,
    line(text) {
      keepRow();
      line(text);
    },
    event(event) {
      const row = ROW_AT_EVENT[event.kind];
      if (row === 'last') overStay = drawn?.stay ?? overStay; // verdicts that come later are only in the report
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

function describe(event: MigrationEvent): string {
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
    case 'reversed':
      return styleText(
        'yellow',
        `↺ ${event.payouts} wrong payouts reversed by an operator; their periods are open again`,
      );
    case 'stepped back':
      return styleText(
        'yellow',
        `← stepped back to ${event.to} by itself, ${event.afterMs} ms after the mismatch`,
      );
  }
}
