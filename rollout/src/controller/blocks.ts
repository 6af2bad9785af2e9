import type { Judgement } from '../gate/judgement.ts';
import { neighbour, type Plan, type PlannedStage } from '../plan.ts';
import { approversOf, type Snapshot, type StageInForce } from '../store/store.ts';
import { kstMidnightsBetween } from './kst.ts';

/** One thing that keeps a stage from being left forwards. */
export type Block = {
  code: 'HELD' | 'GATE' | 'BAKE' | 'MIDNIGHT' | 'FREEZE' | 'APPROVAL' | 'LAST_STAGE';
  detail: string;
};

const MINUTE_MS = 60_000;

/**
 * All that stands between a stage and the next; none: advance. The approval comes last, so that a controller asks
 * persons only when nothing else is missing.
 */
export function blocksOf(
  plan: Plan,
  stage: PlannedStage,
  { inForce, clock, approvals }: Snapshot & { inForce: StageInForce },
  judgement: Judgement,
): Block[] {
  if (neighbour(plan, stage.stage, 1) === null) {
    return [{ code: 'LAST_STAGE', detail: `plan ${plan.name} has no stage after ${stage.stage}` }];
  }
  const blocks: Block[] = [];
  const block = (code: Block['code'], detail: string) => blocks.push({ code, detail });
  if (inForce.held)
    block('HELD', 'a person stopped the ramp or stepped it back: `rollout resume` when it may go on');
  if (judgement.decision !== 'PASS') {
    block('GATE', `${judgement.decision}: ${judgement.reasons.map((r) => r.detail).join('; ')}`);
  }
  if (stage.shadow > 0)
    for (const missing of bakeMissing(stage, inForce.enteredClock, clock)) blocks.push(missing);
  const freeze = plan.freezes.find(
    (f) => Date.parse(f.from) <= clock.getTime() && clock.getTime() < Date.parse(f.to),
  );
  if (freeze !== undefined) block('FREEZE', `until ${freeze.to}: ${freeze.because}`);
  const count = approversOf({ approvals }, plan.hash).length;
  const lacking = stage.approvals - count;
  if (lacking > 0) {
    const others = approvals.length - count;
    const old = others > 0 ? ` (${others} of another version of the plan)` : '';
    block('APPROVAL', `${lacking} approval${lacking === 1 ? '' : 's'} missing: \`rollout approve\`${old}`);
  }
  return blocks;
}

/** Nothing is compared in a stage without shadow, so such a stage need not last. */
function* bakeMissing({ bake }: PlannedStage, entered: Date, now: Date): Generator<Block> {
  const leftMs = bake.minutes * MINUTE_MS - (now.getTime() - entered.getTime());
  if (leftMs > 0)
    yield { code: 'BAKE', detail: `${duration(leftMs)} of ${duration(bake.minutes * MINUTE_MS)} left` };
  const midnights = kstMidnightsBetween(entered, now);
  if (midnights < bake.kstMidnights) {
    yield { code: 'MIDNIGHT', detail: `${midnights} of ${bake.kstMidnights} midnights in Korea have passed` };
  }
}

/** In the largest two units that are not zero. */
export function duration(ms: number): string {
  const seconds = Math.ceil(ms / 1_000);
  const [h, m, s] = [Math.floor(seconds / 3_600), Math.floor((seconds % 3_600) / 60), seconds % 60];
  if (h > 0) return m > 0 ? `${h} h ${m} min` : `${h} h`;
  if (m > 0) return s > 0 ? `${m} min ${s} s` : `${m} min`;
  return `${s} s`;
}
