import { type PlannedStage, stageOf } from '../plan/plan.ts';
import { nextSince, type Stay } from '../plan/stay.ts';
import type { CurrentStay } from '../store/store.ts';
import { decisionDraft, mismatchesIn } from './decision-draft.ts';
import { type Judged, judge } from './judge.ts';
import { type ControllerAction, type ControllerTools, controllerAction } from './tools.ts';

/** Verdicts of a stay arrive after its end, because of propagation, slow shadow calls and late writes. */
const LATE_VERDICTS_MS = 10_000;

/** Why a stay must end. `of` is the stay whose evidence is the reason. */
type Cause = { because: string; judged: Judged; of: Stay };

type State =
  | { kind: 'idle' }
  /** The stay that began at `since` must end, but database and Unleash were both down. */
  | { kind: 'due'; since: string; cause: Cause }
  /** Unleash has the step back to `to`, but the database was down and has no record of it. */
  | { kind: 'unrecorded'; from: Stay; to: CurrentStay; cause: Cause };

export type StepBack = {
  /** Why the current stay must end with a step back, or null. */
  causeFor(stage: PlannedStage, current: CurrentStay, judged: Judged): Promise<Cause | null>;
  /**
   * Enters the fallback stage. Returns null if another move came first. Throws only if database and Unleash are both
   * down; the cause is kept then, and the next turn tries again.
   */
  enterFallback(from: CurrentStay, cause: Cause): Promise<ControllerAction | null>;
  /** The current stay if the database does not have it yet; else null. */
  unrecorded(): CurrentStay | null;
  /** Writes the record that is missing in the database. */
  recordNow(): Promise<void>;
};

export function createStepBack(tools: ControllerTools): StepBack {
  const { plan, store } = tools;
  const fallback = stageOf(plan, plan.fallbackStage);
  /**
   * Mismatches by `since` of their stay that need no further step back: the stay ended because of them, or they were
   * known while the stay moved no money.
   */
  const answered = new Map<string, number>();
  let state: State = { kind: 'idle' };

  const draftOf = ({ because, judged }: Cause) =>
    decisionDraft(plan, { action: 'step-back', by: 'controller', because }, judged);
  const findCause = async (current: CurrentStay, judged: Judged): Promise<Cause | null> => {
    if (judged.judgement.decision !== 'FAIL') return lateCause(tools, current, answered);
    return { because: judged.judgement.reasons.map((r) => r.detail).join('; '), judged, of: current };
  };

  return {
    async causeFor(stage, current, judged) {
      if (stage.primary === 'legacy') {
        if (judged.evidence !== null) answered.set(current.since, mismatchesIn(judged));
        return null;
      }
      const known = state.kind === 'due' && state.since === current.since ? state.cause : null;
      const cause = (await findCause(current, judged)) ?? known;
      state = cause === null ? { kind: 'idle' } : { kind: 'due', since: current.since, cause };
      return cause;
    },
    async enterFallback(from, cause) {
      const started = tools.now();
      const move = { to: fallback, held: from.held, draft: draftOf(cause), ifStill: from };
      const result = await store.move(move).catch(() => null);
      if (result?.kind === 'overtaken') return null;
      let to: Stay;
      if (result !== null) {
        to = result.stay;
        state = { kind: 'idle' };
      } else {
        const stay = await throughUnleash(tools, fallback, from, started);
        to = { stage: stay.stage, since: stay.since };
        state = { kind: 'unrecorded', from, to: stay, cause };
      }
      answered.set(cause.of.since, mismatchesIn(cause.judged));
      const step = { action: 'step-back', from, to, because: cause.because } as const;
      tools.notify({ kind: 'moved', ...step, by: 'controller', link: result?.link ?? null });
      return controllerAction(step, started, tools.now());
    },
    unrecorded: () => (state.kind === 'unrecorded' ? state.to : null),
    async recordNow() {
      if (state.kind !== 'unrecorded') return;
      const { from, to, cause } = state;
      const { since, held } = to;
      await store.move({ to: fallback, since, held, draft: draftOf(cause), ifStill: from });
      state = { kind: 'idle' };
    },
  };
}

/** Enters the fallback stage through Unleash alone. If a person stopped the ramp before, the ramp stays held. */
async function throughUnleash(
  { flag }: ControllerTools,
  fallback: PlannedStage,
  from: CurrentStay,
  now: Date,
): Promise<CurrentStay> {
  const known = await flag.read();
  const isStopped = known.kind === 'staged' && known.held === true && known.since > from.since;
  const last = isStopped ? { stage: known.stage, since: known.since } : from;
  const to = { stage: fallback.stage, since: nextSince(last, now), held: from.held || isStopped };
  await flag.push(to);
  return { ...to, enteredClock: now, before: from };
}

/**
 * The cause in late verdicts of the previous stay. This includes a stay that moved no money, because its evidence is the
 * reason why the new core moves money now.
 */
async function lateCause(
  { plan, evidence, now }: ControllerTools,
  { before, since }: CurrentStay,
  answered: ReadonlyMap<string, number>,
): Promise<Cause | null> {
  if (before === null || now().getTime() - Date.parse(since) > LATE_VERDICTS_MS) return null;
  const stage = plan.stages.find((s) => s.stage === before.stage);
  if (stage === undefined) return null;
  const judged = await judge(stage, before, evidence, now());
  const mismatches = mismatchesIn(judged);
  if (judged.judgement.decision !== 'FAIL' || mismatches <= (answered.get(before.since) ?? 0)) return null;
  return {
    because: `late verdicts of ${before.stage}: ${mismatches} comparisons differ`,
    judged,
    of: before,
  };
}
