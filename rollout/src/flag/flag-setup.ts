import { FlagNotOurs } from '../faults.ts';
import { type Plan, type PlannedStage, stageOf } from '../plan/plan.ts';
import type { Stay } from '../plan/stay.ts';
import { type Change, type CohortsFound, cohortChanges } from './flag-cohorts.ts';
import { isRamp, rampStrategy, STICKINESS } from './flag-shape.ts';
import type { StoredFlag, UnleashAdmin } from './unleash-admin.ts';

/** `stay`: the current stay. A ramp strategy that is missing is created with it. */
type Setup = { plan: Plan; admin: UnleashAdmin; stay: Stay & { held?: boolean } };

/**
 * Returns the changes that make Unleash fit the plan, in the order in which they must be applied: flag, ramp strategy, a
 * segment and a strategy for each cohort, cohorts to switch off, environment. Applies none of them. Throws
 * {@link FlagNotOurs} for a flag that has strategies which the rollout did not write.
 */
export async function missingInUnleash({ plan, admin, stay }: Setup): Promise<Change[]> {
  const stored = await admin.readFlag();
  const flag = stored ?? { enabled: false, strategies: [] };
  refuseForeign(plan, flag);
  const stage = stageOf(plan, stay.stage);
  const segments = Object.keys(plan.cohorts).length > 0 ? await admin.readSegments() : [];
  return [
    ...(stored === null ? [flagChange(plan, admin)] : []),
    ...(flag.strategies.some(isRamp) ? [] : [rampChange({ plan, admin, stay }, stage)]),
    ...cohortChanges({ plan, admin, flag, segments, stage } satisfies CohortsFound),
    ...(flag.enabled ? [] : [environmentChange(plan, admin)]),
  ];
}

function flagChange({ name, flag }: Plan, admin: UnleashAdmin): Change {
  const apply = () => admin.createFlag(`Share of customers on the new core: plan ${name}`);
  return { what: `+ flag ${flag.name} in project ${flag.project}`, apply };
}

function rampChange({ plan, admin, stay }: Setup, stage: PlannedStage): Change {
  const ramp = rampStrategy(stage, stay.since, plan.flag.groupId, stay.held);
  return { what: `+ ramp strategy in stage ${stage.stage}`, apply: () => admin.addStrategy(ramp) };
}

/** The last change, so that gateways do not see a flag that is not complete. */
function environmentChange({ flag }: Plan, admin: UnleashAdmin): Change {
  return { what: `~ environment ${flag.environment}: off -> on`, apply: admin.enable };
}

/** Refuses a flag that was created for another purpose, or whose buckets are not computed from the customer id. */
function refuseForeign({ flag: { name, groupId } }: Plan, flag: StoredFlag): void {
  for (const { parameters, title, name: kind } of flag.strategies) {
    const { stickiness, groupId: group } = parameters ?? {};
    if (kind !== 'flexibleRollout') throw new FlagNotOurs(name, `it has a strategy of kind ${kind}`);
    if (stickiness !== STICKINESS) {
      const detail = `strategy ${title ?? ''} has stickiness ${String(stickiness)}, not ${STICKINESS}`;
      throw new FlagNotOurs(name, detail);
    }
    if (group !== groupId) {
      const detail = `strategy ${title ?? ''} has groupId ${String(group)}, the plan has ${groupId}`;
      throw new FlagNotOurs(name, detail);
    }
  }
}
