import Type from 'typebox';
import { Value } from 'typebox/value';
import type { Primary, StageTerms } from '../plan/stages.ts';

/**
 * How Unleash stores a stage. There is one flag. In the environment of the plan the flag has one `flexibleRollout`
 * strategy, the *ramp*. The ramp has one strategy variant: its name is the stage, and its payload is what a gateway needs
 * to know of the stage, `{"since","percent","shadow","primary","held"}`. One PUT changes stage, share and instant, so a
 * gateway never sees half a step. The gateway gets all of it with the definition of the flag, which the client fetches
 * anyway. Each cohort is a further strategy of the same flag (share 100, a segment of customer ids).
 *
 * Alternatives that were refused: a parameter of the strategy, because a person who edits the strategy in the console may
 * delete the parameter without noticing; a second flag for the stage, because two writes let a gateway see the old share
 * with the new stage.
 */
export type StrategyShape = {
  name: string;
  parameters?: Record<string, unknown>;
  disabled?: boolean | null;
  constraints?: readonly unknown[];
  segments?: readonly unknown[];
  variants?: readonly { name: string; payload?: { type: string; value: string } | undefined }[];
};

/** A stay in a stage, as a gateway reads it from the flag. */
type StagedFlag = {
  kind: 'staged';
  stage: string;
  /** Instant at which the stage was entered (RFC 3339). It identifies the stay. */
  since: string;
  percent: number;
  /** Share of the requests that are sent to the other core as well. */
  shadow: number;
  primary: Primary;
  /** Part of the hash of every bucket. */
  groupId: string;
  /** Customers of the active cohorts; their primary is the new core whatever their bucket is. */
  members: ReadonlySet<string>;
  /** A person stopped the ramp. The database has the same, unless it was down at the time of the stop. */
  held?: boolean;
};

/** The stage that the flag has, or why the flag has no stage that can be trusted. */
export type FlagState = StagedFlag | { kind: 'doubt'; doubt: FlagDoubt };

/** Gateways return these values on `/health/ready`, so they do not change. */
export type FlagDoubt =
  | 'unleash-unknown'
  | 'override-unknown'
  | 'entry-over'
  | 'flag-missing'
  | 'flag-off'
  | 'no-stage'
  | 'unsafe-stickiness'
  | 'foreign-strategy'
  | 'percent-differs';

/**
 * A customer keeps the same core only if the bucket is computed from the customer id. With `default` or `random` Unleash
 * may choose another bucket at each call.
 */
export const STICKINESS = 'userId';
/** The weights of the variants of one strategy must add up to this number (a rule of Unleash). */
const FULL_VARIANT_WEIGHT = 1000;

const Payload = Type.Object({
  since: Type.String(),
  percent: Type.Integer({ minimum: 0, maximum: 100 }),
  shadow: Type.Number({ minimum: 0, maximum: 1 }),
  primary: Type.Enum(['legacy', 'new']),
  held: Type.Optional(Type.Boolean()),
});

/**
 * Reads the stage from the strategies of a flag. A flag is in doubt if a person changed it so that it contradicts itself.
 * `membersOf` returns the customers of a cohort's segments, or null for segments that the rollout did not write. The
 * default returns no customers.
 */
export function readFlag(
  flag: { enabled: boolean; strategies: readonly StrategyShape[] },
  membersOf: (segments: readonly unknown[]) => readonly string[] | null = () => [],
): FlagState {
  if (!flag.enabled) return { kind: 'doubt', doubt: 'flag-off' };
  if (flag.strategies.some((s) => s.parameters?.['stickiness'] !== STICKINESS)) {
    return { kind: 'doubt', doubt: 'unsafe-stickiness' };
  }
  const ramp = flag.strategies.find(isRamp);
  const [variant] = ramp?.variants ?? [];
  const payload = payloadOf(variant?.payload?.value);
  const groupId = ramp?.parameters?.['groupId'];
  if (ramp?.disabled === true) return { kind: 'doubt', doubt: 'flag-off' };
  if (variant === undefined || payload === null || typeof groupId !== 'string')
    return { kind: 'doubt', doubt: 'no-stage' };
  if (ramp?.parameters?.['rollout'] !== String(payload.percent))
    return { kind: 'doubt', doubt: 'percent-differs' };
  const members = cohortMembers(flag.strategies, membersOf);
  if (members === null) return { kind: 'doubt', doubt: 'foreign-strategy' };
  return { kind: 'staged', stage: variant.name, ...payload, groupId, members };
}

/** All customers of the active cohorts; null if a strategy differs from those that the rollout writes. */
function cohortMembers(
  strategies: readonly StrategyShape[],
  membersOf: (segments: readonly unknown[]) => readonly string[] | null,
): ReadonlySet<string> | null {
  const members = new Set<string>();
  for (const strategy of strategies) {
    const { name, constraints = [], segments = [], parameters, disabled = false } = strategy;
    if (name !== 'flexibleRollout' || constraints.length > 0) return null;
    if (isRamp(strategy) && segments.length > 0) return null;
    if (isRamp(strategy) || disabled === true) continue;
    const named = segments.length === 1 && parameters?.['rollout'] === '100' ? membersOf(segments) : null;
    if (named === null) return null;
    for (const id of named) members.add(id);
  }
  return members;
}

/** The strategy that has the stage. It is the only one with a variant. */
export function isRamp(strategy: StrategyShape): boolean {
  return strategy.name === 'flexibleRollout' && strategy.variants?.length === 1;
}

function payloadOf(text: string | undefined): Required<Type.Static<typeof Payload>> | null {
  try {
    const { since, percent, shadow, primary, held = false } = Value.Parse(Payload, JSON.parse(text ?? ''));
    return Number.isFinite(Date.parse(since)) ? { since, percent, shadow, primary, held } : null;
  } catch {
    return null;
  }
}

/** The ramp strategy of a stage in the form of the admin API of Unleash. */
export function rampStrategy(
  { stage, percent, shadow, primary }: StageTerms & { stage: string },
  since: string,
  groupId: string,
  held = false,
) {
  return {
    name: 'flexibleRollout',
    title: 'ramp',
    disabled: false,
    constraints: [],
    segments: [],
    parameters: { rollout: String(percent), stickiness: STICKINESS, groupId },
    variants: [
      {
        name: stage,
        weight: FULL_VARIANT_WEIGHT,
        weightType: 'variable',
        stickiness: STICKINESS,
        payload: { type: 'json', value: JSON.stringify({ since, percent, shadow, primary, held }) },
      },
    ],
  };
}

/** The strategy of a cohort: all customers of its segment, if `isIn`. */
export function cohortStrategy(cohort: string, segmentId: number, groupId: string, isIn: boolean) {
  return {
    name: 'flexibleRollout',
    title: cohort,
    disabled: !isIn,
    constraints: [],
    segments: [segmentId],
    parameters: { rollout: '100', stickiness: STICKINESS, groupId },
  };
}

/** The customers in the one constraint of a segment; null for a segment with any other content. */
export function membersIn(
  constraints: readonly {
    contextName: string;
    operator: string;
    values?: readonly string[];
    inverted?: boolean;
  }[],
): readonly string[] | null {
  const [only, ...more] = constraints;
  if (only === undefined || more.length > 0 || only.inverted === true) return null;
  return only.contextName === STICKINESS && only.operator === 'IN' ? (only.values ?? []) : null;
}

/** The one constraint of a cohort's segment. */
export function cohortConstraint(customerIds: readonly string[]) {
  return { contextName: STICKINESS, operator: 'IN', values: [...customerIds] };
}
