import { neighbour, type PlannedStage } from '../plan/plan.ts';
import type { Stay } from '../plan/stay.ts';
import { approversOf, type StartedRamp } from '../store/store.ts';
import { blocksOf } from './blocks.ts';
import { decisionDraft } from './decision-draft.ts';
import type { Judged } from './judge.ts';
import { type ControllerAction, type ControllerTools, controllerAction } from './tools.ts';

/** Enters the next stage if nothing blocks it. Notifies people once if only a person can remove the block. */
export function createAdvance(tools: ControllerTools) {
  const { plan, store, notify } = tools;
  const notified = new Set<string>();
  const notifyOnce = (kind: 'approval-needed' | 'fails-without-money', stay: Stay, detail: string): void => {
    const key = `${kind} ${stay.since}`;
    if (notified.has(key)) return;
    notified.add(key);
    notify({ kind, stay, detail });
  };

  const enter = async (
    ramp: StartedRamp,
    to: PlannedStage,
    judged: Judged,
  ): Promise<ControllerAction | null> => {
    const { current: from } = ramp;
    const approvals = approversOf(ramp, plan.hash);
    const started = tools.now();
    // Gateways learn of an advance from Unleash only, so there is no advance while Unleash is down. The flag may also
    // have a stop that the database does not have yet. Then sync-flag.ts first writes that stop to the database.
    const flag = await tools.flag.read();
    if (flag.kind !== 'staged' || flag.since !== from.since) return null;
    const because = ['the gate passed', ...approvals.map((by) => `approved by ${by}`)].join(', ');
    const draft = decisionDraft(plan, { action: 'advance', by: 'controller', because }, judged);
    const result = await store.move({ to, draft, ifStill: from, ifHolder: tools.holder });
    if (result.kind === 'overtaken') return null;
    const { stay, link } = result;
    notify({ kind: 'moved', action: 'advance', by: 'controller', because, from, to: stay, link });
    return controllerAction({ action: 'advance', from, to: stay, because }, started, tools.now());
  };

  return async (ramp: StartedRamp, stage: PlannedStage, judged: Judged): Promise<ControllerAction | null> => {
    const { current } = ramp;
    const blocks = blocksOf(plan, stage, ramp, judged.judgement);
    const next = neighbour(plan, stage.stage, 1);
    if (blocks.length === 0 && next !== null) return enter(ramp, next, judged);
    const [only, ...more] = blocks;
    if (only?.code === 'APPROVAL' && more.length === 0) notifyOnce('approval-needed', current, only.detail);
    if (judged.judgement.decision === 'FAIL') {
      const detail = judged.judgement.reasons.map((r) => r.detail).join('\n');
      notifyOnce('fails-without-money', current, detail);
    }
    return null;
  };
}
