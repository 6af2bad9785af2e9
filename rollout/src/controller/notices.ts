import type { Stay } from '../plan/stay.ts';
import type { ChainLink, DecisionRecord } from '../store/store.ts';

/** A message to people. Each notice is sent once per stay, and none is sent while the controller only waits. */
export type Notice =
  | {
      kind: 'moved';
      action: string;
      by: string;
      because: string;
      from: Stay | null;
      to: Stay;
      /** Null if the database was down, so that the move has no record yet. */
      link: ChainLink | null;
    }
  | { kind: 'approval-needed'; stay: Stay; detail: string }
  | { kind: 'fails-without-money'; stay: Stay; detail: string };

/** Accepts a notice. Never throws and never waits for the delivery. */
export type Notify = (notice: Notice) => void;

/** Slack cuts a section at 3,000 characters. */
const MAX_TEXT = 2_900;

export function noticeText(flag: string, notice: Notice): string {
  return wording(flag, notice).slice(0, MAX_TEXT);
}

type Body = { action: string; by: string; because: string; from: Stay | null; to: Stay | null };

/** The notice of a decision record; null if the record changed no stage, e.g. an approval. */
export function noticeOf({ seq, hash, body }: DecisionRecord): Notice | null {
  const { action, by, because, from, to } = JSON.parse(body) as Body;
  if (to === null || to.since === from?.since) return null;
  return { kind: 'moved', action, by, because, from, to, link: { seq, hash } };
}

function wording(flag: string, notice: Notice): string {
  switch (notice.kind) {
    case 'moved': {
      const { action, by, because, from, to, link } = notice;
      const record = link === null ? 'not recorded yet' : `record ${link.seq} ${link.hash.slice(0, 12)}`;
      return `*${flag}*: ${from?.stage ?? 'not started'} → *${to.stage}* (${action} by ${by})\n${because}\n${record}`;
    }
    case 'approval-needed':
      return `*${flag}*: stage ${notice.stay.stage} passed its gate and needs approval.\n${notice.detail}`;
    case 'fails-without-money':
      return `*${flag}*: the evidence of stage ${notice.stay.stage} fails. No customer is on the new core.\n${notice.detail}`;
  }
}
