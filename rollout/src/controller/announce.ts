import type { Entry } from '../flag-control.ts';
import type { ChainLink, DecisionRecord } from '../store/store.ts';

/** What people are told. Nothing is told twice for one entry, and nothing while there is only waiting. */
export type News =
  | {
      kind: 'moved';
      action: string;
      by: string;
      because: string;
      from: Entry | null;
      to: Entry;
      link: ChainLink | null;
    }
  | { kind: 'approval-wanted'; entry: Entry; detail: string }
  | { kind: 'fails-where-it-is'; entry: Entry; detail: string };

/** Takes news and never throws or waits: delivery is its own business. */
export type Announce = (news: News) => void;

/** One message's text; Slack cuts a section at 3,000 characters. */
const MAX_TEXT = 2_900;

export function newsText(flag: string, news: News): string {
  return wording(flag, news).slice(0, MAX_TEXT);
}

type Body = { action: string; by: string; because: string; from: Entry | null; to: Entry | null };

/** What a record says to people; null where nothing moved (an approval). */
export function newsOf({ seq, hash, body }: DecisionRecord): News | null {
  const { action, by, because, from, to } = JSON.parse(body) as Body;
  if (to === null || to.since === from?.since) return null;
  return { kind: 'moved', action, by, because, from, to, link: { seq, hash } };
}

function wording(flag: string, news: News): string {
  switch (news.kind) {
    case 'moved': {
      const { action, by, because, from, to, link } = news;
      const record = link === null ? 'not recorded yet' : `record ${link.seq} ${link.hash.slice(0, 12)}`;
      return `*${flag}*: ${from?.stage ?? 'nothing'} → *${to.stage}* (${action} by ${by})\n${because}\n${record}`;
    }
    case 'approval-wanted':
      return `*${flag}*: ${news.entry.stage} has passed its gate and waits.\n${news.detail}`;
    case 'fails-where-it-is':
      return `*${flag}*: the evidence of ${news.entry.stage} fails; no customer is on the new core.\n${news.detail}`;
  }
}
