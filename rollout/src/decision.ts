import { bucketOf } from './bucket.ts';
import type { FlagDoubt, FlagState } from './flag-shape.ts';
import type { Primary } from './stages.ts';

/** What one request is to do. `stage` and `since` name the entry into a stage that its verdict counts for. */
export type Decision = {
  primary: Primary;
  /** Is the other core asked too: always, never, or a draw by the stage's share of requests. */
  shadow: boolean;
  stage: string;
  /** Instant the stage was entered (RFC 3339), as the flag says; {@link NEVER} when in doubt. */
  since: string;
  reason: DecisionReason;
};

export type DecisionReason = 'in-share' | 'outside-share' | 'stage-moves-no-money' | 'no-subject' | FlagDoubt;

/** `since` of a decision that no stage entry stands behind. */
export const NEVER = '1970-01-01T00:00:00.000Z';

/**
 * Legacy when in doubt: without a subject, without a flag that can be trusted, or in a stage that moves no money, the
 * new core is never primary, whatever the share says. `random` draws from [0, 1), only where the stage samples its
 * shadows.
 */
export function decide(flag: FlagState, subjectId: string | null, random: () => number): Decision {
  if (flag.kind === 'doubt') {
    return { primary: 'legacy', shadow: false, stage: 'off', since: NEVER, reason: flag.doubt };
  }
  const { stage, since } = flag;
  if (subjectId === null || subjectId === '') {
    return { primary: 'legacy', shadow: false, stage, since, reason: 'no-subject' };
  }
  const shadow = flag.shadow >= 1 || (flag.shadow > 0 && random() < flag.shadow);
  if (flag.primary === 'legacy') {
    return { primary: 'legacy', shadow, stage, since, reason: 'stage-moves-no-money' };
  }
  const isIn = flag.members.has(subjectId) || bucketOf(flag.groupId, subjectId) <= flag.percent;
  if (isIn) return { primary: 'new', shadow, stage, since, reason: 'in-share' };
  return { primary: 'legacy', shadow, stage, since, reason: 'outside-share' };
}
