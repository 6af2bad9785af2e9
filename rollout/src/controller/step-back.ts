import { type Entry, instantAfter } from '../flag-control.ts';
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
  /** Mismatches of an entry that have been answered by leaving it, or that were known while it moved no money. */
  const answered = new Map<string, number>();
  /** A cause that neither road has taken yet holds on, also when its evidence is not asked for any more. */
  let owed: { in: string; cause: Cause } | null = null;
  let waiting: { from: Entry; entry: StageInForce; cause: Cause } | null = null;
  const decidedFor = ({ because, judged }: Cause) =>
    decidedOn(plan, { action: 'step-back', by: 'controller', because }, judged);
  const tell = (from: Entry, to: Entry, { because }: Cause, link: ChainLink | null) =>
    tools.announce({ kind: 'moved', action: 'step-back', by: 'controller', because, from, to, link });

  const newCause = async (inForce: StageInForce, judged: Judged): Promise<Cause | null> => {
    if (judged.judgement.decision !== 'FAIL') return lateCause(tools, inForce, answered);
    return { because: judged.judgement.reasons.map((r) => r.detail).join('; '), judged, of: inForce };
  };
  /** The database is away: Unleash alone, now; the record when it is back. A stop that came first stays held. */
  const goByUnleash = async (from: StageInForce, cause: Cause, started: Date): Promise<Entry> => {
    const said = await flag.read();
    const isStopped = said.kind === 'staged' && said.held === true && said.since > from.since;
    const last = isStopped ? { stage: said.stage, since: said.since } : from;
    const to = { stage: fallback.stage, since: instantAfter(last, started) };
    const held = from.held || isStopped;
    await flag.push({ ...to, held });
    waiting = { from, cause, entry: { ...to, held, enteredClock: started, before: from } };
    return to;
  };

  return {
    async causeFor(stage, inForce, judged) {
      if (stage.primary === 'legacy') {
        if (judged.evidence !== null) answered.set(inForce.since, mismatchesIn(judged));
        return null;
      }
      const known = owed?.in === inForce.since ? owed.cause : null;
      const cause = (await newCause(inForce, judged)) ?? known;
      owed = cause === null ? null : { in: inForce.since, cause };
      return cause;
    },
    async go(from, cause) {
      const started = tools.now();
      const move = { to: fallback, held: from.held, decided: decidedFor(cause), ifStill: from };
      const moved = await store.move(move).catch(() => null);
      if (moved?.kind === 'overtaken') return null;
      const to = moved?.entry ?? (await goByUnleash(from, cause, started));
      answered.set(cause.of.since, mismatchesIn(cause.judged));
      owed = null;
      tell(from, to, cause, moved?.link ?? null);
      return deedOf({ action: 'step-back', from, to, because: cause.because }, started, tools.now());
    },
    deferred: () => waiting?.entry ?? null,
    async recordDeferred() {
      if (waiting === null) return;
      const { from, entry, cause } = waiting;
      const { since, held } = entry;
      await store.move({ to: fallback, since, held, decided: decidedFor(cause), ifStill: from });
      waiting = null;
    },
  };
}

/**
 * The entry before: its last comparisons may show what its successor must answer for, also those of a stage that moved
 * no money, because its evidence is why money moves now.
 */
async function lateCause(
  { plan, evidence, now }: ControllerTools,
  { before, since }: StageInForce,
  answered: ReadonlyMap<string, number>,
): Promise<Cause | null> {
  if (before === null || now().getTime() - Date.parse(since) > LATE_VERDICTS_MS) return null;
  const stage = plan.stages.find((s) => s.stage === before.stage);
  if (stage === undefined) return null;
  const judged = await judge(stage, before, evidence, now());
  const mismatches = mismatchesIn(judged);
  if (judged.judgement.decision !== 'FAIL' || mismatches <= (answered.get(before.since) ?? 0)) return null;
  return { because: `late from ${before.stage}: ${mismatches} comparisons differ`, judged, of: before };
}
