import { isStageName, STAGES, type StageName } from './stages.ts';

/**
 * How a stage lives in Unleash: one flag; in its environment one `flexibleRollout` strategy, the *ramp*, which carries
 * the stage as the name of its only strategy variant and the instant the stage was entered as that variant's payload
 * `{"since": "..."}`. Stage, share and instant change in one PUT, so no gateway ever sees half a step; and all of it
 * reaches a gateway inside the flag's definition, which the client fetches anyway. Cohorts are further strategies of
 * the same flag (share 100, constraint on the customer id).
 *
 * Refused alternatives: a parameter of the strategy (a person who edits the strategy in the console may lose it
 * unseen); a second flag for the stage (two writes, so a gateway can see the old share with the new stage).
 */
export type StrategyShape = {
  name: string;
  parameters?: Record<string, unknown>;
  constraints?: readonly unknown[];
  variants?: readonly { name: string; payload?: { type: string; value: string } | undefined }[];
};

/** What is known of the flag: the stage it says, or why it says none that can be trusted. */
export type FlagState =
  | { kind: 'staged'; stage: StageName; since: string; groupId: string }
  | { kind: 'doubt'; doubt: FlagDoubt };

export type FlagDoubt =
  | 'unleash-unknown'
  | 'flag-missing'
  | 'flag-off'
  | 'no-stage'
  | 'unsafe-stickiness'
  | 'percent-differs';

/** A customer keeps their core only if the bucket comes from the customer id. `default` and `random` draw lots per call. */
export const STICKINESS = 'userId';
/** Unleash's own unit: weights of the variants of one strategy add up to this. */
const FULL_VARIANT_WEIGHT = 1000;

/** Reads the stage out of a flag's strategies. A flag changed by hand so that it contradicts itself is in doubt. */
export function readFlag(flag: { enabled: boolean; strategies: readonly StrategyShape[] }): FlagState {
  if (!flag.enabled) return { kind: 'doubt', doubt: 'flag-off' };
  if (flag.strategies.some((s) => s.parameters?.['stickiness'] !== STICKINESS)) {
    return { kind: 'doubt', doubt: 'unsafe-stickiness' };
  }
  const ramp = flag.strategies.find(isRamp);
  const [variant] = ramp?.variants ?? [];
  const since = sinceOf(variant?.payload?.value);
  const groupId = ramp?.parameters?.['groupId'];
  if (variant === undefined || !isStageName(variant.name) || since === null || typeof groupId !== 'string') {
    return { kind: 'doubt', doubt: 'no-stage' };
  }
  if (ramp?.parameters?.['rollout'] !== String(STAGES[variant.name].percent)) {
    return { kind: 'doubt', doubt: 'percent-differs' };
  }
  return { kind: 'staged', stage: variant.name, since, groupId };
}

/** The strategy that carries the stage: the only one with a variant. */
export function isRamp(strategy: StrategyShape): boolean {
  return strategy.name === 'flexibleRollout' && strategy.variants?.length === 1;
}

function sinceOf(payload: string | undefined): string | null {
  try {
    const { since } = JSON.parse(payload ?? '') as { since?: unknown };
    return typeof since === 'string' && Number.isFinite(Date.parse(since)) ? since : null;
  } catch {
    return null;
  }
}

/** The ramp strategy of a stage, as Unleash's admin API takes it. */
export function rampStrategy(stage: StageName, since: string, groupId: string) {
  return {
    name: 'flexibleRollout',
    title: 'ramp',
    disabled: false,
    constraints: [],
    parameters: { rollout: String(STAGES[stage].percent), stickiness: STICKINESS, groupId },
    variants: [
      {
        name: stage,
        weight: FULL_VARIANT_WEIGHT,
        weightType: 'variable',
        stickiness: STICKINESS,
        payload: { type: 'json', value: JSON.stringify({ since }) },
      },
    ],
  };
}

/** A cohort as a strategy: all of the named customers, while `enabled`. */
export function cohortStrategy(
  cohort: string,
  customerIds: readonly string[],
  groupId: string,
  enabled: boolean,
) {
  return {
    name: 'flexibleRollout',
    title: cohort,
    disabled: !enabled,
    constraints: [{ contextName: STICKINESS, operator: 'IN', values: [...customerIds] }],
    parameters: { rollout: '100', stickiness: STICKINESS, groupId },
  };
}
