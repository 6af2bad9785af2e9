import type { FlagState } from './flag-shape.ts';

/**
 * The stage as the rollout's own database has it, read by every gateway each half second: the way in which a stop
 * arrives while Unleash is down. It can only take customers off the new core, never put them on it.
 */
export type StopOrder = {
  stage: string;
  since: string;
  shadow: number;
  primary: 'legacy' | 'new';
  /** A person stopped the ramp: holds against every flag until a person resumes. */
  held: boolean;
  /** The entry before, while gateways may still have it from Unleash; null when that time is over. */
  beforeSince: string | null;
};

/** `undefined`: the database could not be read since the start. `null`: it was read and knows nothing of the flag. */
export type StopOrderState = StopOrder | null | undefined;

/** A stage that moves no money asks for no bucket. */
const NOBODY = { groupId: '', members: new Set<string>() } as const;

/**
 * The stage in force at a gateway. A stage of the database that moves no money rules if it is held, or entered at the
 * same time as the flag's or later; an older one has been overtaken by an advance. A flag older than the database's stage
 * is not in force any more, and nobody watches its evidence: it is served while the next one is on its way, and no
 * longer. Never read: a stop may be in force that this gateway cannot see, so the legacy core.
 */
export function withStopOrder(flag: FlagState, order: StopOrderState): FlagState {
  if (order === undefined) return { kind: 'doubt', doubt: 'override-unknown' };
  if (order === null) return flag;
  if (order.primary === 'new') return isInForce(flag, order) ? flag : { kind: 'doubt', doubt: 'entry-over' };
  const { stage, since, shadow } = order;
  const isUnknown = flag.kind === 'doubt' && flag.doubt === 'unleash-unknown';
  const isNewer = flag.kind === 'staged' && Date.parse(since) >= Date.parse(flag.since);
  if (!order.held && !isUnknown && !isNewer) return flag;
  return { kind: 'staged', stage, since, percent: 0, shadow, primary: 'legacy', ...NOBODY };
}

function isInForce(flag: FlagState, { since, beforeSince }: StopOrder): boolean {
  if (flag.kind === 'doubt') return true; // which is the legacy core already
  return Date.parse(flag.since) >= Date.parse(since) || flag.since === beforeSince;
}
