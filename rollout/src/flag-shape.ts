import Type from 'typebox';
import { Value } from 'typebox/value';
import type { Primary, StageTerms } from './stages.ts';

/**
 * How a stage lives in Unleash: one flag; in its environment one `flexibleRollout` strategy, the *ramp*, which carries
 * the stage as the name of its only strategy variant, and as that variant's payload what the gateways need to know of
 * it: `{"since","percent","shadow","primary","held"}`. Stage, share and instant change in one PUT, so no gateway ever sees half
 * a step; and all of it reaches a gateway inside the flag's definition, which the client fetches anyway. Cohorts are
 * further strategies of the same flag (share 100, a segment of customer ids).
 *
 * Refused alternatives: a parameter of the strategy (a person who edits the strategy in the console may lose it
 * unseen); a second flag for the stage (two writes, so a gateway can see the old share with the new stage).
 */
export type StrategyShape = {
  name: string;
  parameters?: Record<string, unknown>;
  disabled?: boolean | null;
  constraints?: readonly unknown[];
  segments?: readonly unknown[];
  variants?: readonly { name: string; payload?: { type: string; value: string } | undefined }[];
};

/** One entry into a stage, as a gateway knows it. */
type StagedFlag = {
  kind: 'staged';
  stage: string;
  /** Instant the stage was entered (RFC 3339): entries are told apart by it. */
  since: string;
  percent: number;
  /** Share of requests that are put to the other core too. */
  shadow: number;
  primary: Primary;
  /** Part of every bucket. */
  groupId: string;
  /** Customers who are in whatever their bucket. */
  members: ReadonlySet<string>;
  /** A person holds it. The database says so too, unless it was away when they stopped; left out: nobody does. */
  held?: boolean;
};

/** What is known of the flag: the stage it says, or why it says none that can be trusted. */
export type FlagState = StagedFlag | { kind: 'doubt'; doubt: FlagDoubt };

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

/** A customer keeps their core only if the bucket comes from the customer id. `default` and `random` draw lots per call. */
export const STICKINESS = 'userId';
/** Unleash's own unit: weights of the variants of one strategy add up to this. */
const FULL_VARIANT_WEIGHT = 1000;

const Payload = Type.Object({
  since: Type.String(),
  percent: Type.Integer({ minimum: 0, maximum: 100 }),
  shadow: Type.Number({ minimum: 0, maximum: 1 }),
  primary: Type.Enum(['legacy', 'new']),
  held: Type.Optional(Type.Boolean()),
});

/**
 * Reads the stage out of a flag's strategies. A flag changed by hand so that it contradicts itself is in doubt.
 * `membersOf` resolves a cohort's segments where they are known; without it nobody is a member.
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
  const said = payloadOf(variant?.payload?.value);
  const groupId = ramp?.parameters?.['groupId'];
  if (ramp?.disabled === true) return { kind: 'doubt', doubt: 'flag-off' };
  if (variant === undefined || said === null || typeof groupId !== 'string')
    return { kind: 'doubt', doubt: 'no-stage' };
  if (ramp?.parameters?.['rollout'] !== String(said.percent))
    return { kind: 'doubt', doubt: 'percent-differs' };
  const members = cohortMembers(flag.strategies, membersOf);
  if (members === null) return { kind: 'doubt', doubt: 'foreign-strategy' };
  return { kind: 'staged', stage: variant.name, ...said, groupId, members };
}

/** All customers of the cohorts that are in; null for a strategy that says something else than ours do. */
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

/** The strategy that carries the stage: the only one with a variant. */
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

/** The ramp strategy of a stage, as Unleash's admin API takes it. */
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

/** A cohort as a strategy: all customers of its segment, while `isIn`. */
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

/** The customers a segment names by its one constraint; null for a segment that says something else. */
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
