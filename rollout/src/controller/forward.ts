import type { Entry } from '../flag-control.ts';
import { neighbour, type PlannedStage } from '../plan.ts';
import { approversOf, type Snapshot, type StageInForce } from '../store/store.ts';
import { blocksOf } from './blocks.ts';
import type { Judged } from './judge.ts';
import { decidedOn } from './record.ts';
import { type ControllerTools, type Deed, deedOf } from './tools.ts';

type InForce = Snapshot & { inForce: StageInForce };

/** Enters the next stage when nothing blocks it, and tells people once what only they can change. */
export function createForward(tools: ControllerTools) {
  const { plan, store, announce } = tools;
  const told = new Set<string>();
  const tellOnce = (kind: 'approval-wanted' | 'fails-where-it-is', entry: Entry, detail: string): void => {
    const key = `${kind} ${entry.since}`;
    if (told.has(key)) return;
    told.add(key);
    announce({ kind, entry, detail });
  };

  const advance = async (snapshot: InForce, to: PlannedStage, judged: Judged): Promise<Deed | null> => {
    const { inForce: from } = snapshot;
    const approvals = approversOf(snapshot, plan.hash);
    const started = tools.now();
    // Gateways learn of a step forward from Unleash only: while it is away nobody would follow, so nobody advances.
    // And it may know of a stop that the database, then away, does not: that is taken over first (sync-flag.ts).
    const said = await tools.flag.read();
    if (said.kind !== 'staged' || said.since !== from.since) return null;
    const because = ['the gate passed', ...approvals.map((by) => `approved by ${by}`)].join(', ');
    const decided = decidedOn(plan, { action: 'advance', by: 'controller', because }, judged);
    const moved = await store.move({ to, decided, ifStill: from, ifHolder: tools.holder });
    if (moved.kind === 'overtaken') return null;
    const { entry, link } = moved;
    announce({ kind: 'moved', action: 'advance', by: 'controller', because, from, to: entry, link });
    return deedOf({ action: 'advance', from, to: entry, because }, started, tools.now());
  };

  return async (snapshot: InForce, stage: PlannedStage, judged: Judged): Promise<Deed | null> => {
    const { inForce } = snapshot;
    const blocks = blocksOf(plan, stage, snapshot, judged.judgement);
    const next = neighbour(plan, stage.stage, 1);
    if (blocks.length === 0 && next !== null) return advance(snapshot, next, judged);
    const [only, ...more] = blocks;
    if (only?.code === 'APPROVAL' && more.length === 0) tellOnce('approval-wanted', inForce, only.detail);
    if (judged.judgement.decision === 'FAIL') {
      tellOnce('fails-where-it-is', inForce, judged.judgement.reasons.map((r) => r.detail).join('\n'));
    }
    return null;
  };
}
