import { FlagNotOurs } from './faults.ts';
import { switched, wronglySwitched } from './flag-cohorts.ts';
import { type FlagState, isRamp, rampStrategy, readFlag } from './flag-shape.ts';
import { type Plan, stageOf } from './plan.ts';
import type { StoredFlag, UnleashAdmin } from './unleash-admin.ts';

/** One entry into a stage: evidence counts for it and for nothing else. */
export type Entry = { stage: string; since: string };

/** An instant for the entry after `last`: entries are told apart by it, so it is later, whatever the clock says. */
export function instantAfter(last: Entry, now: Date): string {
  return new Date(Math.max(now.getTime(), Date.parse(last.since) + 1)).toISOString();
}

/** Reads the stage of one plan's flag in Unleash and brings it to another. */
export type FlagControl = {
  /** What Unleash says now. Throws {@link FlagNotOurs} where there is no such flag. */
  read(): Promise<FlagState>;
  /** Makes Unleash say this entry; the same again does no harm. Half done, it is in doubt or in the lower stage. */
  push(entry: Entry & { held?: boolean }): Promise<void>;
};

export function flagControl(plan: Plan, admin: UnleashAdmin): FlagControl {
  const { name, groupId } = plan.flag;
  const stored = async (): Promise<StoredFlag> => {
    const flag = await admin.readFlag();
    if (flag === null) throw new FlagNotOurs(name, 'Unleash has no such flag');
    return flag;
  };
  const push = async ({ stage, since, held = false }: Entry & { held?: boolean }): Promise<void> => {
    const flag = await stored();
    const ramp = flag.strategies.find(isRamp);
    if (ramp === undefined) throw new FlagNotOurs(name, 'it has no ramp strategy');
    const planned = stageOf(plan, stage);
    const moveRamp = () => admin.putStrategy(ramp.id, rampStrategy(planned, since, groupId, held));
    // The ramp's stage rules over every cohort (a gateway in a stage that moves no money pays nobody by the new core),
    // so the way down starts with it, and the way up ends with it.
    const isDown = planned.primary === 'legacy';
    if (isDown) await moveRamp();
    for (const { strategy, isIn } of wronglySwitched(flag, planned)) {
      await admin.putStrategy(strategy.id, switched(strategy, isIn));
    }
    if (!isDown) await moveRamp();
  };
  return { push, read: async () => readFlag(await stored()) };
}
