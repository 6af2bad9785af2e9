import { FlagNotOurs, StageMoved } from './faults.ts';
import { cohortStrategy, isRamp, rampStrategy, readFlag, STICKINESS } from './flag-shape.ts';
import type { Plan } from './plan.ts';
import { COHORTS, STAGES, type StageName } from './stages.ts';
import type { StoredFlag, StoredStrategy, UnleashAdmin } from './unleash-admin.ts';

/** One entry into a stage: evidence counts for it and for nothing else. */
export type Entry = { stage: StageName; since: string };

/** Reads and moves the stage of one plan's flag. */
export type FlagControl = {
  /** Creates what is missing and touches nothing else; says what it did. Refuses a flag that is not ours. */
  init(): Promise<string[]>;
  /** The stage in force. Throws {@link FlagNotOurs} when the flag says none. */
  current(): Promise<Entry>;
  /**
   * Enters a stage, also the one in force: evidence starts anew. Returns the new entry. `ifStill`: only if that entry is
   * still in force, else throws {@link StageMoved}: somebody, or the step back, was faster.
   */
  enter(stage: StageName, ifStill?: Entry): Promise<Entry>;
};

export function flagControl(plan: Plan, admin: UnleashAdmin, now: () => Date): FlagControl {
  const { name, groupId } = plan.flag;

  const stored = async (): Promise<StoredFlag> => {
    const flag = await admin.readFlag();
    if (flag === null) throw new FlagNotOurs(name, 'Unleash has no such flag');
    return flag;
  };

  const init = async (): Promise<string[]> => {
    const did: string[] = [];
    if ((await admin.readFlag()) === null) {
      await admin.createFlag(`Share of customers on the new core: plan ${plan.name}`);
      did.push(`created flag ${name}`);
    }
    const flag = await stored();
    refuseForeign(name, flag, groupId);
    if (!flag.strategies.some(isRamp)) {
      await admin.addStrategy(rampStrategy('off', now().toISOString(), groupId));
      did.push('added the ramp strategy in stage off');
    }
    for (const cohort of COHORTS) {
      const ids = plan.cohorts?.[cohort] ?? [];
      if (ids.length === 0 || flag.strategies.some((s) => s.title === cohort)) continue;
      await admin.addStrategy(cohortStrategy(cohort, ids, groupId, false));
      did.push(`added cohort ${cohort} (${ids.length} customers)`);
    }
    if (!flag.enabled) {
      await admin.enable();
      did.push(`enabled the flag in environment ${plan.flag.environment}`);
    }
    return did;
  };

  const enter = async (stage: StageName, ifStill?: Entry): Promise<Entry> => {
    const flag = await stored();
    if (ifStill !== undefined) {
      const inForce = currentOf(name, flag);
      if (inForce.since !== ifStill.since) throw new StageMoved(ifStill.stage, inForce.stage);
    }
    const ramp = flag.strategies.find(isRamp);
    if (ramp === undefined) throw new FlagNotOurs(name, 'it has no ramp strategy');
    const since = after(sinceOfRamp(flag), now()).toISOString();
    const moveRamp = () => admin.putStrategy(ramp.id, rampStrategy(stage, since, groupId));
    const moveCohorts = () => moveEachCohort(plan, admin, flag.strategies, stage);
    // The ramp's stage rules over every cohort (a gateway in stage shadow pays nobody by the new core), so the way
    // down starts with it, and the way up ends with it.
    const isDown = !STAGES[stage].movesMoney;
    if (isDown) await moveRamp();
    await moveCohorts();
    if (!isDown) await moveRamp();
    return { stage, since };
  };

  return { init, enter, current: async () => currentOf(name, await stored()) };
}

async function moveEachCohort(
  plan: Plan,
  admin: UnleashAdmin,
  strategies: StoredStrategy[],
  stage: StageName,
): Promise<void> {
  for (const cohort of COHORTS) {
    const strategy = strategies.find((s) => s.title === cohort);
    const isIn = (STAGES[stage].cohorts as readonly string[]).includes(cohort);
    if (strategy === undefined || isIn === !(strategy.disabled ?? false)) continue;
    const ids = plan.cohorts?.[cohort] ?? [];
    await admin.putStrategy(strategy.id, cohortStrategy(cohort, ids, plan.flag.groupId, isIn));
  }
}

function currentOf(name: string, flag: StoredFlag): Entry {
  const state = readFlag(flag);
  if (state.kind === 'doubt')
    throw new FlagNotOurs(name, `it says no stage that can be trusted (${state.doubt})`);
  return { stage: state.stage, since: state.since };
}

function sinceOfRamp(flag: StoredFlag): Date | null {
  const state = readFlag({ ...flag, enabled: true });
  return state.kind === 'staged' ? new Date(state.since) : null;
}

/** Entries are told apart by their instant, so each is later than the one before, whatever the clock does. */
function after(last: Date | null, now: Date): Date {
  return last !== null && now <= last ? new Date(last.getTime() + 1) : now;
}

/** A flag somebody made for another purpose, or whose buckets are not the customer's, is not taken over in silence. */
function refuseForeign(name: string, flag: StoredFlag, groupId: string): void {
  for (const { parameters, title, name: kind } of flag.strategies) {
    const { stickiness, groupId: group } = parameters ?? {};
    if (kind !== 'flexibleRollout') throw new FlagNotOurs(name, `it has a strategy of kind ${kind}`);
    if (stickiness !== STICKINESS) {
      throw new FlagNotOurs(
        name,
        `strategy ${title ?? ''} has stickiness ${String(stickiness)}, not ${STICKINESS}`,
      );
    }
    if (group !== groupId) {
      throw new FlagNotOurs(
        name,
        `strategy ${title ?? ''} has groupId ${String(group)}, the plan says ${groupId}`,
      );
    }
  }
}
