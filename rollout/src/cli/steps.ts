import { EXIT } from '@core-exit/process/exit-codes';
import { blocksOf } from '../controller/blocks.ts';
import { decisionDraft } from '../controller/decision-draft.ts';
import { StoreFault } from '../faults.ts';
import { neighbour, type Plan, stageOf } from '../plan/plan.ts';
import { nextSince, type Stay } from '../plan/stay.ts';
import { enterStage, refuseUnclearFlag } from './enter-stage.ts';
import type { Outcome } from './outcome.ts';
import { type Attribution, judgeNow, startedRamp, type Tools } from './tools.ts';

/** Enters the next stage. If something blocks it, prints all blocks instead. */
export async function advance(tools: Tools, attribution: Attribution): Promise<Outcome> {
  const { plan } = tools;
  const ramp = await startedRamp(tools);
  const { current } = ramp;
  const stage = stageOf(plan, current.stage);
  const judged = await judgeNow(tools, stage, current);
  const blocks = blocksOf(plan, stage, ramp, judged.judgement);
  const next = neighbour(plan, current.stage, 1);
  if (next === null || blocks.length > 0) {
    const { decision } = judged.judgement;
    const exit = next === null ? EXIT.badInput : decision === 'FAIL' ? EXIT.found : EXIT.incomplete;
    const json = { command: 'advance', moved: false, from: current.stage, to: null, ...judged, blocks };
    return {
      exit,
      json,
      text: `stays in ${current.stage}:\n${blocks.map((b) => `  ${b.code} ${b.detail}`).join('\n')}`,
    };
  }
  const unclear = await refuseUnclearFlag(tools, 'advance', current);
  if (unclear !== null) return unclear;
  const draft = decisionDraft(
    plan,
    { action: 'advance', ...reasoned(attribution, 'the gate passed') },
    judged,
  );
  return enterStage(tools, { command: 'advance', to: next, draft, from: current, ifStill: current });
}

/**
 * Enters the previous stage at once. The stage is held until a person resumes the ramp, so that the controller does not
 * advance again.
 */
export async function back(tools: Tools, attribution: Attribution): Promise<Outcome> {
  const { plan } = tools;
  const { current } = await startedRamp(tools);
  const before = neighbour(plan, current.stage, -1);
  if (before === null)
    return impossible('back', current, `plan ${plan.name} has no stage before ${current.stage}`);
  const draft = decisionDraft(plan, { action: 'back', ...reasoned(attribution, 'by hand') });
  return enterStage(tools, { command: 'back', to: before, draft, from: current, held: true });
}

/**
 * Enters any stage without a gate. A lower stage is held, like after `back`. A ramp that is held is not raised before a
 * person resumes it.
 */
export async function set(tools: Tools, stage: string, attribution: Attribution): Promise<Outcome> {
  const { plan } = tools;
  const to = stageOf(plan, stage);
  const { current } = await startedRamp(tools);
  const draft = decisionDraft(plan, { action: 'set', ...reasoned(attribution, 'by hand, without a gate') });
  const step = { command: 'set', to, draft, from: current } as const;
  const rise = positionOf(plan, stage) - positionOf(plan, current.stage);
  if (rise < 0) return enterStage(tools, { ...step, held: true });
  if (rise > 0 && current.held) {
    const text = `${current.stage} is held: first \`rollout resume\`, then \`rollout set ${stage}\``;
    const json = { command: 'set', moved: false, from: current.stage, to: null, why: 'held' };
    return { exit: EXIT.found, text, json };
  }
  const unclear = rise > 0 ? await refuseUnclearFlag(tools, 'set', current) : null;
  if (unclear !== null) return unclear;
  // A stop that was made after the read has priority.
  return enterStage(tools, { ...step, held: current.held, ifStill: current });
}

/** Order of the stages. A stage that the plan does not have is below all stages of the plan. */
function positionOf({ stages }: Plan, stage: string): number {
  return stages.findIndex((s) => s.stage === stage);
}

/** Takes every customer off the new core, held. Database or Unleash is enough, because gateways read both. */
export async function stop(tools: Tools, attribution: Attribution): Promise<Outcome> {
  const { plan } = tools;
  const to = stageOf(plan, plan.fallbackStage);
  const draft = decisionDraft(plan, { action: 'stop', ...reasoned(attribution, 'stopped by hand') });
  try {
    return await enterStage(tools, { command: 'stop', to, draft, from: null, held: true });
  } catch (error) {
    if (!(error instanceof StoreFault)) throw error;
    const state = await tools.flag.read();
    const from = state.kind === 'staged' ? { stage: state.stage, since: state.since } : null;
    const stay: Stay = { stage: to.stage, since: nextSince(from, new Date()) };
    await tools.flag.push({ ...stay, held: true });
    const { action, by, because } = draft;
    tools.notify({ kind: 'moved', action, by, because, from, to: stay, link: null });
    const text = `stopped and held through Unleash alone: ${error.message}\nthe controller writes the record when the database answers again`;
    return {
      exit: EXIT.done,
      text,
      json: { command: 'stop', moved: true, to: to.stage, since: stay.since, held: true },
    };
  }
}

/** Enters the current stage again, not held. The new stay collects new evidence. */
export async function resume(tools: Tools, attribution: Attribution): Promise<Outcome> {
  const { current } = await startedRamp(tools);
  if (!current.held) return impossible('resume', current, `${current.stage} is not held`);
  const draft = decisionDraft(tools.plan, { action: 'resume', ...reasoned(attribution, 'by hand') });
  return enterStage(tools, {
    command: 'resume',
    to: stageOf(tools.plan, current.stage),
    draft,
    from: current,
  });
}

function impossible(command: string, current: Stay, text: string): Outcome {
  return { exit: EXIT.badInput, text, json: { command, moved: false, from: current.stage, to: null } };
}

function reasoned({ by, because }: Attribution, usual: string): Attribution {
  return { by, because: because === '' ? usual : because };
}
