import { stageOf } from '../plan/plan.ts';
import type { Stay } from '../plan/stay.ts';
import type { RampSnapshot } from '../store/store.ts';
import { createAdvance } from './advance.ts';
import { judge } from './judge.ts';
import { createStepBack } from './step-back.ts';
import { syncFlag } from './sync-flag.ts';
import type { ControllerAction, ControllerTools } from './tools.ts';

export type Controller = {
  /**
   * Reads database and evidence once and acts on them. Returns the action, or null. Throws the fault of a part that is
   * down.
   */
  turn(): Promise<ControllerAction | null>;
  /** Writes the current stay to Unleash and detects a flag that a person changed. Throws the fault of a part that is down. */
  syncFlag(): Promise<void>;
  /** The current stay as far as this controller knows it, and whether this controller holds the lease. */
  view(): { inForce: Stay | null; isLeader: boolean };
};

/**
 * Advances a ramp if the evidence allows it, and steps back at once if the evidence requires it. The database of the
 * rollout has the current stay; gateways read it (decide/stage-order.ts), and the controller copies it to Unleash. Of
 * several controllers the one with the lease acts. While the database is down that controller still judges the evidence
 * and can step back through Unleash; it cannot advance.
 */
export function createController(tools: ControllerTools): Controller {
  const { plan, store } = tools;
  let known: RampSnapshot | null = null;
  let isLeader = false;
  const stepBack = createStepBack(tools);
  const advance = createAdvance(tools);
  const currentStay = () => stepBack.unrecorded() ?? known?.current ?? null;

  /** Returns the fault of the database, or null. */
  const refresh = async (): Promise<unknown> => {
    try {
      isLeader = await store.holdLease(tools.holder);
      if (isLeader) await stepBack.recordNow();
      known = await store.read();
      return null;
    } catch (fault) {
      return fault;
    }
  };

  return {
    async turn() {
      const fault = await refresh();
      const current = currentStay();
      if (isLeader && current !== null) {
        const stage = stageOf(plan, current.stage);
        const judged = await judge(stage, current, tools.evidence, tools.now());
        const cause = await stepBack.causeFor(stage, current, judged);
        if (cause !== null) return stepBack.enterFallback(current, cause);
        if (fault === null && known !== null) return advance({ ...known, current }, stage, judged);
      }
      if (fault !== null) throw fault;
      return null;
    },
    async syncFlag() {
      if (isLeader && stepBack.unrecorded() === null) await syncFlag(tools);
    },
    view: () => ({ inForce: currentStay(), isLeader }),
  };
}
