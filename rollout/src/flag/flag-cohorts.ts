import type { Plan, PlannedStage } from '../plan/plan.ts';
import { cohortConstraint, cohortStrategy, isRamp, membersIn } from './flag-shape.ts';
import type { StoredFlag, StoredSegment, StoredStrategy, UnleashAdmin } from './unleash-admin.ts';

/** One difference between Unleash and the plan, as a line of text, and the call that removes the difference. */
export type Change = { what: string; apply: () => Promise<void> };

export type CohortsFound = {
  plan: Plan;
  admin: UnleashAdmin;
  flag: StoredFlag;
  segments: StoredSegment[];
  /** The current stage; its cohorts are active. */
  stage: PlannedStage;
};

const word = (isIn: boolean) => (isIn ? 'on' : 'off');

/** What must change in Unleash so that its cohorts are those of the plan, and only those of the stage are active. */
export function cohortChanges(found: CohortsFound): Change[] {
  const made = Object.entries(found.plan.cohorts).flatMap(([cohort, ids]) => changesOf(found, cohort, ids));
  return [...made, ...switches(found)];
}

function changesOf(found: CohortsFound, cohort: string, ids: string[]): Change[] {
  const { plan, admin, flag, segments, stage } = found;
  const name = `${plan.flag.name}-${cohort}`;
  const wanted = { name, constraints: [cohortConstraint(ids)] };
  const segment = segments.find((s) => s.name === name);
  const changes: Change[] = [];
  let id = segment?.id ?? null;
  if (segment === undefined) {
    const what = `+ segment ${name} (${ids.length} customers)`;
    changes.push({
      what,
      apply: async () => {
        id = await admin.addSegment(wanted);
      },
    });
  } else {
    const { added, removed } = difference(membersIn(segment.constraints) ?? [], ids);
    if (added + removed > 0) {
      const what = `~ segment ${name}: ${added} customers added, ${removed} removed`;
      changes.push({ what, apply: () => admin.putSegment(segment.id, wanted) });
    }
  }
  if (!flag.strategies.some((s) => s.title === cohort)) {
    const isIn = stage.cohorts.includes(cohort);
    const what = `+ strategy of cohort ${cohort}, ${word(isIn)}`;
    const strategy = () => cohortStrategy(cohort, id ?? 0, plan.flag.groupId, isIn);
    changes.push({ what, apply: () => admin.addStrategy(strategy()) });
  }
  return changes;
}

/** Cohorts that must be switched on or off. A cohort that the plan does not have is switched off. */
function switches({ plan, admin, flag, stage }: CohortsFound): Change[] {
  return wronglySwitched(flag, stage).map(({ strategy, isIn }) => {
    const title = strategy.title ?? '(no title)';
    const why = Object.hasOwn(plan.cohorts, title) ? '' : ', because the plan has no such cohort';
    return {
      what: `~ strategy of cohort ${title}: ${word(!isIn)} -> ${word(isIn)}${why}`,
      apply: () => admin.putStrategy(strategy.id, switched(strategy, isIn)),
    };
  });
}

export function wronglySwitched(
  { strategies }: StoredFlag,
  { cohorts }: PlannedStage,
): { strategy: StoredStrategy; isIn: boolean }[] {
  return strategies
    .filter((strategy) => !isRamp(strategy))
    .map((strategy) => {
      const isOurs = strategy.segments?.length === 1; // a strategy without a segment applies to all customers
      return { strategy, isIn: isOurs && cohorts.includes(strategy.title ?? '') };
    })
    .filter(({ strategy, isIn }) => isIn === (strategy.disabled ?? false));
}

/** The same strategy, switched on or off. */
export function switched({ id: _id, ...strategy }: StoredStrategy, isIn: boolean): object {
  return { ...strategy, disabled: !isIn };
}

function difference(now: readonly string[], wanted: readonly string[]): { added: number; removed: number } {
  const [a, b] = [new Set(now), new Set(wanted)];
  return { added: b.difference(a).size, removed: a.difference(b).size };
}
