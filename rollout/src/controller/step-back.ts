import type { Entry } from '../flag-control.ts';
import { type PlannedStage, stageOf } from '../plan.ts';
import type { ChainLink, StageInForce } from '../store/store.ts';
import { type Judged, judge } from './judge.ts';
import { decidedOn, mismatchesIn } from './record.ts';
import { type ControllerTools, type Deed, deedOf } from './tools.ts';

/** Requests decided under an entry are still compared after it ended: propagation, a slow shadow, a late flush. */
const LATE_VERDICTS_MS = 10_000;

/** `of`: the entry whose evidence it is. */
type Cause = { because: string; judged: Judged; of: Entry };

export type StepBack = {
  /** Why the stage in force must be left backwards, or null. */
  causeFor(stage: PlannedStage, inForce: StageInForce, judged: Judged): Promise<Cause | null>;
  /** Enters the fallback stage; null: somebody was faster. Throws only when database and Unleash are both away. */
  go(from: StageInForce, cause: Cause): Promise<Deed | null>;
  /** The entry in force that the database does not know yet. */
  deferred(): StageInForce | null;
  recordDeferred(): Promise<void>;
};

export function createStepBack(tools: ControllerTools): StepBack {
  const { plan, store, flag } = tools;
  const fallback = stageOf(plan, plan.fallbackStage);
  /** Mismatches of an entry that have been answered by leaving it. */
  const answered = new Map<string, number>();
  let waiting: { from: Entry; entry: StageInForce; cause: Cause } | null = null;
  const decidedFor = ({ because, judged }: Cause) =>
    decidedOn(plan, { action: 'step-back', by: 'controller', because }, judged);
  const tell = (from: Entry, to: Entry, { because }: Cause, link: ChainLink | null) =>
    tools.announce({ kind: 'moved', action: 'step-back', by: 'controller', because, from, to, link });

  return {
    async causeFor(stage, inForce, judged) {
      if (stage.primary === 'legacy') return null;
      if (judged.judgement.decision === 'FAIL') {
        return { because: judged.judgement.reasons.map((r) => r.detail).join('; '), judged, of: inForce };
      }
      return lateCause(tools, inForce, answered);
    },
    async go(from, cause) {
      const started = tools.now();
      const moved = await store
        .move({ to: fallback, decided: decidedFor(cause), ifStill: from })
        .catch(() => null);
      answered.set(cause.of.since, mismatchesIn(cause.judged));
      if (moved?.kind === 'overtaken') return null;
      let to: Entry;
      if (moved === null) {
        // The database is away: Unleash alone, now; the record when it is back.
        to = { stage: fallback.stage, since: after(from, started) };
        await flag.push(to);
        waiting = { from, cause, entry: { ...to, held: false, enteredClock: started, before: from } };
      } else {
        to = moved.entry;
      }
      tell(from, to, cause, moved?.link ?? null);
      return deedOf({ action: 'step-back', from, to, because: cause.because }, started, tools.now());
    },
    deferred: () => waiting?.entry ?? null,
    async recordDeferred() {
      if (waiting === null) return;
      const { from, entry, cause } = waiting;
      await store.move({ to: fallback, since: entry.since, decided: decidedFor(cause), ifStill: from });
      waiting = null;
    },
  };
}

function after(last: Entry, now: Date): string {
  return new Date(Math.max(now.getTime(), Date.parse(last.since) + 1)).toISOString();
}

/** The entry before: its last comparisons may show what its successor must answer for. */
async function lateCause(
  { plan, evidence, now }: ControllerTools,
  { before, since }: StageInForce,
  answered: ReadonlyMap<string, number>,
): Promise<Cause | null> {
  if (before === null || now().getTime() - Date.parse(since) > LATE_VERDICTS_MS) return null;
  const stage = plan.stages.find((s) => s.stage === before.stage);
  if (stage === undefined || stage.primary === 'legacy') return null;
  const judged = await judge(stage, before, evidence);
  const mismatches = mismatchesIn(judged);
  if (mismatches <= (answered.get(before.since) ?? 0)) return null;
  return { because: `late from ${before.stage}: ${mismatches} comparisons differ`, judged, of: before };
}
