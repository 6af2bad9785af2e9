import type { SeenSignature } from '../store/batch.ts';
import type { AlertCause, ClosedState } from '../store/write-batch.sql.ts';
import type { MaskedDifference } from '../verdict/observation.ts';

/** Limits of Slack's Block Kit: a header has at most 150 characters, a section 3,000, a field 2,000; 50 blocks. */
const MAX_HEADER = 150;
const MAX_TEXT = 2_900;
/** Differences in a message; the case has all of them. */
const MAX_DIFFERENCES = 10;
/** Characters of one masked value in a message. */
const MAX_VALUE = 80;

export type SlackMessage = { text: string; blocks: object[] };

/** The Slack message of an alert. */
export function alertMessage(cause: AlertCause, adminUrl: string): SlackMessage {
  if (cause.kind === 'storm') return stormMessage(cause.more, adminUrl);
  return signatureMessage(
    cause.seen,
    adminUrl,
    cause.kind === 'reopened' ? seenAgain(cause.was) : 'Mismatch',
  );
}

function seenAgain(was: ClosedState): string {
  return was.state === 'fixed'
    ? 'Seen again after it was marked as fixed'
    : `Still seen after ${was.until}, until when it was expected`;
}

/** The section about a mismatch in the runbook, which the admin server serves. */
export const RUNBOOK_SECTION = 'slack-a-mismatch';

function runbookLink(adminUrl: string): string {
  return `<${adminUrl}/runbook#${RUNBOOK_SECTION}|what to do>`;
}

/** One message instead of many, because very many different mismatches at once usually have one cause. */
function stormMessage(more: number, adminUrl: string): SlackMessage {
  const title = `Storm: ${more} more kinds of mismatch within a minute`;
  return {
    text: title,
    blocks: [
      header(title),
      section(
        'They are stored and counted, but not sent one by one. Most likely one defect affects all answers.',
      ),
      context(`<${adminUrl}/signatures|all signatures> · ${runbookLink(adminUrl)}`),
    ],
  };
}

/** A person marked a signature as fixed. */
export function resolvedMessage(
  {
    signature,
    operation,
    count,
    by,
    note,
  }: { signature: string; operation: string; count: number; by: string; note: string | null },
  adminUrl: string,
): SlackMessage {
  const title = `Resolved: ${operation}, signature ${signature}`;
  return {
    text: title,
    blocks: [
      header(title),
      section(
        `marked as fixed by ${escape(by)} after ${count} cases${note === null ? '' : `: ${escape(note)}`}`,
      ),
      context(`<${adminUrl}/signatures|all signatures> · if it is seen again, a new alert follows`),
    ],
  };
}

/** A signature: the differences with both masked values, where it was seen, and links to the case and the runbook. */
function signatureMessage(
  { signature, n, first }: SeenSignature,
  adminUrl: string,
  what: string,
): SlackMessage {
  const { observation, record } = first;
  const { decision, stratum, operation } = observation;
  const title = `${what}: ${operation} in stage ${decision.stage}`;
  const shadow = decision.primary === 'legacy' ? 'new' : 'legacy';
  return {
    text: `${title} (signature ${signature.id})`,
    blocks: [
      header(title),
      section(
        record.differences
          .slice(0, MAX_DIFFERENCES)
          .map((d) => differenceLine(d, decision.primary, shadow))
          .join('\n'),
      ),
      fields({
        Seen: `${n} so far`,
        Primary: `${decision.primary} core`,
        Stratum:
          Object.entries(stratum)
            .map(([name, value]) => `${name} ${value}`)
            .join(', ') || 'unknown',
        Signature: signature.id,
      }),
      context(
        `case <${adminUrl}/comparisons/${record.id}|${record.id}> · <${adminUrl}/signatures|all signatures> · ${runbookLink(adminUrl)}`,
      ),
    ],
  };
}

export type Digest = {
  signature: string;
  operation: string;
  parts: readonly string[];
  count: number;
  /** Cases since the last message. */
  more: number;
  /** Cases a minute since the last message, and in the interval before it; null: there is no such interval. */
  rate: number;
  rateBefore: number | null;
  lastSeenAt: Date;
  comparison: string;
};

/** Smaller changes of a rate are often chance. */
const TREND_FACTOR = 1.5;

function trendOf({ rate, rateBefore }: Digest): string {
  if (rateBefore === null) return '';
  const before = `before: ${rateText(rateBefore)}`;
  if (rate > rateBefore * TREND_FACTOR) return `, rising (${before})`;
  return rate * TREND_FACTOR < rateBefore ? `, falling (${before})` : `, steady (${before})`;
}

function rateText(perMinute: number): string {
  return perMinute >= 10 ? String(Math.round(perMinute)) : perMinute.toFixed(1);
}

/** The repeats of a known signature in one message. */
export function digestMessage(digest: Digest, adminUrl: string): SlackMessage {
  const title = `${digest.operation}: the same mismatch ${digest.more} more times, ${digest.count} in total`;
  return {
    text: `${title} (signature ${digest.signature})`,
    blocks: [
      section(
        `*${escape(title)}*\n${rateText(digest.rate)} a minute${trendOf(digest)}\n${digest.parts.slice(0, MAX_DIFFERENCES).map(escape).join('\n')}`,
      ),
      context(
        `last seen ${digest.lastSeenAt.toISOString()} · signature ${digest.signature} · first case <${adminUrl}/comparisons/${digest.comparison}|${digest.comparison}> · ${runbookLink(adminUrl)}`,
      ),
    ],
  };
}

function differenceLine(difference: MaskedDifference, left: string, right: string): string {
  const { path, kind, class: name } = difference;
  const value = (text: string | null) => (text === null ? 'no value' : `\`${escape(cut(text, MAX_VALUE))}\``);
  return `*${escape(path || '(whole answer)')}* ${kind} (${escape(name)}): ${left} ${value(difference.left)}, ${right} ${value(difference.right)}`;
}

function header(text: string): object {
  return { type: 'header', text: { type: 'plain_text', text: cut(text, MAX_HEADER) } };
}

function section(text: string): object {
  return { type: 'section', text: { type: 'mrkdwn', text: cut(text, MAX_TEXT) || '-' } };
}

function fields(texts: Record<string, string>): object {
  const rows = Object.entries(texts).map(([name, value]) => `*${name}*\n${escape(cut(value, 500))}`);
  return { type: 'section', fields: rows.map((text) => ({ type: 'mrkdwn', text })) };
}

function context(text: string): object {
  return { type: 'context', elements: [{ type: 'mrkdwn', text: cut(text, MAX_TEXT) }] };
}

/** Slack interprets `<`, `>` and `&`, and a backtick would end the code text. */
function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('`', "'");
}

function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 2)}..`;
}
