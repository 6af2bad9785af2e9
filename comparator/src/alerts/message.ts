import type { SeenSignature } from '../store/batch.ts';
import type { Closed, News } from '../store/write-batch.ts';
import type { MaskedDifference } from '../verdict/observation.ts';

/** Limits of Slack's Block Kit: a header 150 characters, a section's text 3,000, a field 2,000, 50 blocks. */
const MAX_HEADER = 150;
const MAX_TEXT = 2_900;
/** Differences shown; the case has all of them. */
const MAX_DIFFERENCES = 10;
/** Of one masked value; a long one says no more in Slack. */
const MAX_VALUE = 80;

export type SlackMessage = { text: string; blocks: object[] };

/** The message of a piece of news. */
export function newsMessage(news: News, adminUrl: string): SlackMessage {
  if (news.kind === 'storm') return stormMessage(news.more, adminUrl);
  return signatureMessage(news.seen, adminUrl, news.kind === 'reopened' ? seenAgain(news.was) : 'Mismatch');
}

function seenAgain(was: Closed): string {
  return was.state === 'fixed'
    ? 'Seen again though said to be fixed'
    : `Still seen, and expected only up to ${was.until}`;
}

/** The admin side has the runbook of its release; this is the section about a mismatch. */
export const RUNBOOK_SECTION = 'slack-a-mismatch';

function runbookLink(adminUrl: string): string {
  return `<${adminUrl}/runbook#${RUNBOOK_SECTION}|what to do>`;
}

/** Very many different mismatches at once say one thing: the new core as a whole is wrong. */
function stormMessage(more: number, adminUrl: string): SlackMessage {
  const title = `Storm: ${more} more kinds of mismatch within a minute`;
  return {
    text: title,
    blocks: [
      header(title),
      section(
        'They are stored and counted, and not told one by one. Most likely one defect touches everything.',
      ),
      context(`<${adminUrl}/signatures|all signatures> · ${runbookLink(adminUrl)}`),
    ],
  };
}

/** Somebody says that a signature is fixed. */
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
      section(`said by ${escape(by)} after ${count} cases${note === null ? '' : `: ${escape(note)}`}`),
      context(`<${adminUrl}/signatures|all signatures> · seen again it is told again`),
    ],
  };
}

/** A signature: what differs and how, both values masked, where it was seen, and where to look. */
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

export type DigestFacts = {
  signature: string;
  operation: string;
  parts: readonly string[];
  count: number;
  /** Since the last message. */
  more: number;
  /** Times a minute since the last message, and between the two before; null: there is no interval before. */
  rate: number;
  rateBefore: number | null;
  lastSeenAt: Date;
  comparison: string;
};

/** Chance makes rates differ; what grows or shrinks by half does so by itself. */
const TREND_FACTOR = 1.5;

function trendOf({ rate, rateBefore }: DigestFacts): string {
  if (rateBefore === null) return '';
  const before = `before: ${rateText(rateBefore)}`;
  if (rate > rateBefore * TREND_FACTOR) return `, rising (${before})`;
  return rate * TREND_FACTOR < rateBefore ? `, falling (${before})` : `, steady (${before})`;
}

function rateText(perMinute: number): string {
  return perMinute >= 10 ? String(Math.round(perMinute)) : perMinute.toFixed(1);
}

/** Repeats of a known signature, folded into one line. */
export function digestMessage(facts: DigestFacts, adminUrl: string): SlackMessage {
  const title = `${facts.operation}: the same mismatch ${facts.more} times more, ${facts.count} in all`;
  return {
    text: `${title} (signature ${facts.signature})`,
    blocks: [
      section(
        `*${escape(title)}*\n${rateText(facts.rate)} a minute${trendOf(facts)}\n${facts.parts.slice(0, MAX_DIFFERENCES).map(escape).join('\n')}`,
      ),
      context(
        `last seen ${facts.lastSeenAt.toISOString()} · signature ${facts.signature} · first case <${adminUrl}/comparisons/${facts.comparison}|${facts.comparison}> · ${runbookLink(adminUrl)}`,
      ),
    ],
  };
}

function differenceLine(difference: MaskedDifference, left: string, right: string): string {
  const { path, kind, class: name } = difference;
  const value = (text: string | null) => (text === null ? 'nothing' : `\`${escape(cut(text, MAX_VALUE))}\``);
  return `*${escape(path || '(whole answer)')}* ${kind} (${escape(name)}): ${left} ${value(difference.left)}, ${right} ${value(difference.right)}`;
}

function header(text: string): object {
  return { type: 'header', text: { type: 'plain_text', text: cut(text, MAX_HEADER) } };
}

function section(text: string): object {
  return { type: 'section', text: { type: 'mrkdwn', text: cut(text, MAX_TEXT) || '-' } };
}

function fields(facts: Record<string, string>): object {
  const texts = Object.entries(facts).map(([name, value]) => `*${name}*\n${escape(cut(value, 500))}`);
  return { type: 'section', fields: texts.map((text) => ({ type: 'mrkdwn', text })) };
}

function context(text: string): object {
  return { type: 'context', elements: [{ type: 'mrkdwn', text: cut(text, MAX_TEXT) }] };
}

/** Slack reads `<`, `>` and `&` as its own; a backtick would end the code. */
function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('`', "'");
}

function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 2)}..`;
}
