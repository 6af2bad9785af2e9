import { FlagNotOurs } from './faults.ts';
import {
  cohortConstraint,
  cohortStrategy,
  isRamp,
  membersIn,
  rampStrategy,
  STICKINESS,
} from './flag-shape.ts';
import { type Plan, stageOf } from './plan.ts';
import type { StoredFlag, StoredSegment, UnleashAdmin } from './unleash-admin.ts';

/** One difference between Unleash and the plan, in words, and what removes it. */
export type Change = { what: string; apply: () => Promise<void> };

/** `entry`: the stage the ramp strategy begins in where there is none. */
type Setup = { plan: Plan; admin: UnleashAdmin; entry: { stage: string; since: string } };

/**
 * What Unleash still lacks of a plan: flag, ramp strategy, a segment and a strategy per cohort, the environment. The
 * stage in force is not its business. Throws {@link FlagNotOurs} for a flag that this program must not take over.
 * Each call finds the next changes only (a strategy needs its flag): apply and ask again until there are none.
 */
export async function missingInUnleash({ plan, admin, entry }: Setup): Promise<Change[]> {
  const flag = await admin.readFlag();
  if (flag === null) {
    const create = () => admin.createFlag(`Share of customers on the new core: plan ${plan.name}`);
    return [{ what: `+ flag ${plan.flag.name} in project ${plan.flag.project}`, apply: create }];
  }
  refuseForeign(plan, flag);
  const changes: Change[] = [];
  if (!flag.strategies.some(isRamp)) {
    const ramp = rampStrategy(stageOf(plan, entry.stage), entry.since, plan.flag.groupId);
    changes.push({ what: `+ ramp strategy in stage ${entry.stage}`, apply: () => admin.addStrategy(ramp) });
  }
  const segments = Object.keys(plan.cohorts).length > 0 ? await admin.readSegments() : [];
  for (const [cohort, ids] of Object.entries(plan.cohorts)) {
    changes.push(...cohortChanges({ plan, admin, flag, segments }, cohort, ids));
  }
  if (!flag.enabled) {
    changes.push({ what: `~ environment ${plan.flag.environment}: off -> on`, apply: admin.enable });
  }
  return changes;
}

type Found = { plan: Plan; admin: UnleashAdmin; flag: StoredFlag; segments: StoredSegment[] };

function cohortChanges({ plan, admin, flag, segments }: Found, cohort: string, ids: string[]): Change[] {
  const name = `${plan.flag.name}-${cohort}`;
  const wanted = { name, constraints: [cohortConstraint(ids)] };
  const segment = segments.find((s) => s.name === name);
  if (segment === undefined) {
    const what = `+ segment ${name} (${ids.length} customers)`;
    return [{ what, apply: () => admin.addSegment(wanted) }];
  }
  const changes: Change[] = [];
  const { added, removed } = difference(membersIn(segment.constraints) ?? [], ids);
  if (added + removed > 0) {
    const what = `~ segment ${name}: ${added} customers added, ${removed} removed`;
    changes.push({ what, apply: () => admin.putSegment(segment.id, wanted) });
  }
  if (!flag.strategies.some((s) => s.title === cohort)) {
    const strategy = cohortStrategy(cohort, segment.id, plan.flag.groupId, false);
    changes.push({ what: `+ strategy of cohort ${cohort}, off`, apply: () => admin.addStrategy(strategy) });
  }
  return changes;
}

function difference(now: readonly string[], wanted: readonly string[]): { added: number; removed: number } {
  const [a, b] = [new Set(now), new Set(wanted)];
  return { added: b.difference(a).size, removed: a.difference(b).size };
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
