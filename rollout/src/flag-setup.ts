import { FlagNotOurs } from './faults.ts';
import { type Change, type CohortsFound, cohortChanges } from './flag-cohorts.ts';
import { isRamp, rampStrategy, STICKINESS } from './flag-shape.ts';
import { type Plan, type PlannedStage, stageOf } from './plan.ts';
import type { StoredFlag, UnleashAdmin } from './unleash-admin.ts';

/** `entry`: the stage in force, in which the ramp strategy begins where there is none. */
type Setup = { plan: Plan; admin: UnleashAdmin; entry: { stage: string; since: string; held?: boolean } };

/**
 * All that Unleash still lacks of a plan, in the order in which it can be made: flag, ramp strategy, a segment and a
 * strategy per cohort, the environment; and cohorts it has that the plan does not. Changes nothing by itself. Throws
 * {@link FlagNotOurs} for a flag that this program must not take over.
 */
export async function missingInUnleash({ plan, admin, entry }: Setup): Promise<Change[]> {
  const stored = await admin.readFlag();
  const flag = stored ?? { enabled: false, strategies: [] };
  refuseForeign(plan, flag);
  const stage = stageOf(plan, entry.stage);
  const segments = Object.keys(plan.cohorts).length > 0 ? await admin.readSegments() : [];
  return [
    ...(stored === null ? [flagChange(plan, admin)] : []),
    ...(flag.strategies.some(isRamp) ? [] : [rampChange({ plan, admin, entry }, stage)]),
    ...cohortChanges({ plan, admin, flag, segments, stage } satisfies CohortsFound),
    ...(flag.enabled ? [] : [environmentChange(plan, admin)]),
  ];
}

function flagChange({ name, flag }: Plan, admin: UnleashAdmin): Change {
  const apply = () => admin.createFlag(`Share of customers on the new core: plan ${name}`);
  return { what: `+ flag ${flag.name} in project ${flag.project}`, apply };
}

function rampChange({ plan, admin, entry }: Setup, stage: PlannedStage): Change {
  const ramp = rampStrategy(stage, entry.since, plan.flag.groupId, entry.held);
  return { what: `+ ramp strategy in stage ${stage.stage}`, apply: () => admin.addStrategy(ramp) };
}

/** Last, so that a flag that is half made says nothing. */
function environmentChange({ flag }: Plan, admin: UnleashAdmin): Change {
  return { what: `~ environment ${flag.environment}: off -> on`, apply: admin.enable };
}

/** A flag somebody made for another purpose, or whose buckets are not the customer's, is not taken over in silence. */
function refuseForeign({ flag: { name, groupId } }: Plan, flag: StoredFlag): void {
  for (const { parameters, title, name: kind } of flag.strategies) {
    const { stickiness, groupId: group } = parameters ?? {};
    if (kind !== 'flexibleRollout') throw new FlagNotOurs(name, `it has a strategy of kind ${kind}`);
    if (stickiness !== STICKINESS) {
      const said = `strategy ${title ?? ''} has stickiness ${String(stickiness)}, not ${STICKINESS}`;
      throw new FlagNotOurs(name, said);
    }
    if (group !== groupId) {
      const said = `strategy ${title ?? ''} has groupId ${String(group)}, the plan says ${groupId}`;
      throw new FlagNotOurs(name, said);
    }
  }
}
