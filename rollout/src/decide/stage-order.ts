import type { FlagState } from '../flag/flag-shape.ts';

/**
 * The current stage as the database of the rollout has it. Every gateway reads it each half second, so that a stop
 * reaches the gateway while Unleash is down. A stage order can only take customers off the new core.
 */
export type StageOrder = {
  stage: string;
  since: string;
  shadow: number;
  primary: 'legacy' | 'new';
  /** A person stopped the ramp. The order then overrides every flag until a person resumes the ramp. */
  held: boolean;
  /** `since` of the previous stay, as long as gateways may still have that stay from Unleash; then null. */
  beforeSince: string | null;
};

/** What a gateway knows of the stage order. */
export type StageOrderState =
  /** No read has succeeded since the start. */
  | { kind: 'unread' }
  /** The database has no row for the flag. */
  | { kind: 'none' }
  | { kind: 'ordered'; order: StageOrder };

/** In a stage that moves no money the bucket of a customer does not matter. */
const NO_MEMBERS = { groupId: '', members: new Set<string>() } as const;

/**
 * The stage that a gateway applies.
 *
 * - An order that moves no money overrides the flag if the order is held, or not older than the flag. An older order
 *   was followed by an advance, which reaches the gateway through the flag.
 * - If the order moves money and the flag is older, the stay of the flag is over and its evidence is not judged any
 *   more. The flag is served while the new one is on its way from Unleash, and no longer.
 * - Without any read there may be a stop that this gateway does not know, so the legacy core serves.
 */
export function withStageOrder(flag: FlagState, state: StageOrderState): FlagState {
  if (state.kind === 'unread') return { kind: 'doubt', doubt: 'override-unknown' };
  if (state.kind === 'none') return flag;
  const { order } = state;
  if (order.primary === 'new') return isCurrent(flag, order) ? flag : { kind: 'doubt', doubt: 'entry-over' };
  const { stage, since, shadow } = order;
  const isUnknown = flag.kind === 'doubt' && flag.doubt === 'unleash-unknown';
  const isNewer = flag.kind === 'staged' && Date.parse(since) >= Date.parse(flag.since);
  if (!order.held && !isUnknown && !isNewer) return flag;
  return { kind: 'staged', stage, since, percent: 0, shadow, primary: 'legacy', ...NO_MEMBERS };
}

function isCurrent(flag: FlagState, { since, beforeSince }: StageOrder): boolean {
  if (flag.kind === 'doubt') return true; // a flag in doubt means the legacy core already
  return Date.parse(flag.since) >= Date.parse(since) || flag.since === beforeSince;
}
