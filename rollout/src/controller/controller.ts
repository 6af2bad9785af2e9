import type { Entry } from '../flag-control.ts';
import { stageOf } from '../plan.ts';
import type { Snapshot } from '../store/store.ts';
import { createForward } from './forward.ts';
import { judge } from './judge.ts';
import { createStepBack } from './step-back.ts';
import { syncFlag } from './sync-flag.ts';
import type { ControllerTools, Deed } from './tools.ts';

export type Controller = {
  /** One look at database and evidence; returns what it did about it, or null. Throws what was away. */
  look(): Promise<Deed | null>;
  /** Makes Unleash say what is in force; notices a flag that was turned by hand. Throws what was away. */
  syncFlag(): Promise<void>;
  /** What is in force, as far as known, and whether this controller is the one that acts. */
  view(): { inForce: Entry | null; isLeader: boolean };
};

/**
 * Brings a ramp forward by evidence and back at once. The rollout's database says what is in force, and gateways obey
 * it by themselves (stop-order.ts); Unleash is brought to say the same. Whoever holds the lease acts, others stand by.
 * With the database away the leader goes on watching and can step back through Unleash alone; it cannot advance.
 */
export function createController(tools: ControllerTools): Controller {
  const { plan, store } = tools;
  let known: Snapshot | null = null;
  let isLeader = false;
  const stepBack = createStepBack(tools);
  const forward = createForward(tools);
  const inForceNow = () => stepBack.deferred() ?? known?.inForce ?? null;

  /** Returns what keeps the database from answering, or null. */
  const refresh = async (): Promise<unknown> => {
    try {
      isLeader = await store.holdLease(tools.holder);
      if (isLeader) await stepBack.recordDeferred();
      known = await store.look();
      return null;
    } catch (trouble) {
      return trouble;
    }
  };

  return {
    async look() {
      const trouble = await refresh();
      const inForce = inForceNow();
      if (isLeader && inForce !== null) {
        const stage = stageOf(plan, inForce.stage);
        const judged = await judge(stage, inForce, tools.evidence, tools.now());
        const cause = await stepBack.causeFor(stage, inForce, judged);
        if (cause !== null) return stepBack.go(inForce, cause);
        if (trouble === null && known !== null) return forward({ ...known, inForce }, stage, judged);
      }
      if (trouble !== null) throw trouble;
      return null;
    },
    async syncFlag() {
      if (isLeader && stepBack.deferred() === null) await syncFlag(tools);
    },
    view: () => ({ inForce: inForceNow(), isLeader }),
  };
}
