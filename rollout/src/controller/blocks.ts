import type { Judgement } from '../gate/judgement.ts';
import { midnightsBetween } from '../plan/midnights.ts';
import { neighbour, type Plan, type PlannedStage } from '../plan/plan.ts';
import { approversOf, type StartedRamp } from '../store/store.ts';

/** One reason why the next stage may not be entered. */
export type Block = {
  code: 'HELD' | 'GATE' | 'BAKE' | 'MIDNIGHT' | 'FREEZE' | 'APPROVAL' | 'LAST_STAGE';
  detail: string;
};

const MINUTE_MS = 60_000;

/**
 * All reasons why the next stage may not be entered; none means advance. The approval is last, so that the controller
 * asks for an approval only when nothing else is missing.
 */
export function blocksOf(
  plan: Plan,
  stage: PlannedStage,
  { current, clock, approvals }: StartedRamp,
  judgement: Judgement,
): Block[] {
  if (neighbour(plan, stage.stage, 1) === null) {
    return [{ code: 'LAST_STAGE', detail: `plan ${plan.name} has no stage after ${stage.stage}` }];
  }
  const blocks: Block[] = [];
  const block = (code: Block['code'], detail: string) => blocks.push({ code, detail });
  if (current.held)
    block('HELD', 'a person stopped the ramp or stepped it back; run `rollout resume` when it may continue');
  if (judgement.decision !== 'PASS') {
    block('GATE', `${judgement.decision}: ${judgement.reasons.map((r) => r.detail).join('; ')}`);
  }
  if (stage.shadow > 0) {
    for (const missing of bakeMissing(stage, plan.timeZone, current.enteredClock, clock)) {
      blocks.push(missing);
    }
  }
  const freeze = plan.freezes.find(
    (f) => Date.parse(f.from) <= clock.getTime() && clock.getTime() < Date.parse(f.to),
  );
  if (freeze !== undefined) block('FREEZE', `until ${freeze.to}: ${freeze.because}`);
  const count = approversOf({ approvals }, plan.hash).length;
  const missing = stage.approvals - count;
  if (missing > 0) {
    const others = approvals.length - count;
    const old = others > 0 ? ` (${others} for another version of the plan)` : '';
    block('APPROVAL', `${missing} approval${missing === 1 ? '' : 's'} missing: \`rollout approve\`${old}`);
  }
  return blocks;
}

/** What is missing of the bake time. A stage without shadow compares nothing, so it has no bake time. */
function* bakeMissing({ bake }: PlannedStage, timeZone: string, entered: Date, now: Date): Generator<Block> {
  const leftMs = bake.minutes * MINUTE_MS - (now.getTime() - entered.getTime());
  if (leftMs > 0)
    yield { code: 'BAKE', detail: `${duration(leftMs)} of ${duration(bake.minutes * MINUTE_MS)} left` };
  const midnights = midnightsBetween(entered, now, timeZone);
  if (midnights < bake.midnights) {
    yield {
      code: 'MIDNIGHT',
      detail: `${midnights} of ${bake.midnights} midnights in ${timeZone} have passed`,
    };
  }
}

/** A duration in its two largest units, without a unit that is zero. */
export function duration(ms: number): string {
  const seconds = Math.ceil(ms / 1_000);
  const [h, m, s] = [Math.floor(seconds / 3_600), Math.floor((seconds % 3_600) / 60), seconds % 60];
  if (h > 0) return m > 0 ? `${h} h ${m} min` : `${h} h`;
  if (m > 0) return s > 0 ? `${m} min ${s} s` : `${m} min`;
  return `${s} s`;
}
