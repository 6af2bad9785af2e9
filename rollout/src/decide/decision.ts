import type { FlagDoubt, FlagState } from '../flag/flag-shape.ts';
import type { Primary } from '../plan/stages.ts';
import { bucketOf } from './bucket.ts';

/** Which core serves one request. `stage` and `since` name the stay for which the verdict of the request counts. */
export type Decision = {
  primary: Primary;
  /** Whether the request is sent to the other core as well. */
  shadow: boolean;
  stage: string;
  /** Instant at which the stage was entered (RFC 3339); {@link NEVER} if the flag is in doubt. */
  since: string;
  reason: DecisionReason;
};

export type DecisionReason = 'in-share' | 'outside-share' | 'stage-moves-no-money' | 'no-subject' | FlagDoubt;

/** `since` of a decision that belongs to no stay. */
export const NEVER = '1970-01-01T00:00:00.000Z';

/**
 * Chooses the legacy core in every doubtful case: without a subject, without a flag that can be trusted, and in a stage
 * in which the new core moves no money, whatever the share is. `random` returns a number in [0, 1); it is called only if
 * the stage sends a sample of the requests to the other core.
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
