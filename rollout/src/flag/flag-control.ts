import { FlagNotOurs } from '../faults.ts';
import { type Plan, stageOf } from '../plan/plan.ts';
import type { Stay } from '../plan/stay.ts';
import { switched, wronglySwitched } from './flag-cohorts.ts';
import { type FlagState, isRamp, rampStrategy, readFlag } from './flag-shape.ts';
import type { StoredFlag, UnleashAdmin } from './unleash-admin.ts';

/** Reads and writes the stage of one flag in Unleash. Both calls throw if Unleash does not answer. */
export type FlagControl = {
  /** Throws {@link FlagNotOurs} if Unleash has no such flag. */
  read(): Promise<FlagState>;
  /**
   * Writes a stay into the flag; a repeated call changes nothing. If the call fails halfway, the flag is in doubt or has
   * the lower stage.
   */
  push(stay: Stay & { held?: boolean }): Promise<void>;
};

export function flagControl(plan: Plan, admin: UnleashAdmin): FlagControl {
  const { name, groupId } = plan.flag;
  const stored = async (): Promise<StoredFlag> => {
    const flag = await admin.readFlag();
    if (flag === null) throw new FlagNotOurs(name, 'Unleash has no such flag');
    return flag;
  };
  const push = async ({ stage, since, held = false }: Stay & { held?: boolean }): Promise<void> => {
    const flag = await stored();
    const ramp = flag.strategies.find(isRamp);
    if (ramp === undefined) throw new FlagNotOurs(name, 'it has no ramp strategy');
    const planned = stageOf(plan, stage);
    const moveRamp = () => admin.putStrategy(ramp.id, rampStrategy(planned, since, groupId, held));
    // The stage of the ramp overrides every cohort: in a stage that moves no money no customer is on the new core. So a
    // step down writes the ramp first, and a step up writes the ramp last.
    const isDown = planned.primary === 'legacy';
    if (isDown) await moveRamp();
    for (const { strategy, isIn } of wronglySwitched(flag, planned)) {
      await admin.putStrategy(strategy.id, switched(strategy, isIn));
    }
    if (!isDown) await moveRamp();
  };
  return { push, read: async () => readFlag(await stored()) };
}
