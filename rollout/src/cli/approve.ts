import { EXIT } from '@core-exit/process/exit-codes';
import { decisionDraft } from '../controller/decision-draft.ts';
import { type Plan, type PlannedStage, stageOf } from '../plan/plan.ts';
import { approversOf } from '../store/store.ts';
import type { Outcome } from './outcome.ts';
import { type Attribution, judgeNow, startedRamp, type Tools } from './tools.ts';

/** Records that a person approves the next stage, together with the evidence at that time. */
export async function approve(tools: Tools, attribution: Attribution): Promise<Outcome> {
  const { plan, store } = tools;
  const { by } = attribution;
  const ramp = await startedRamp(tools);
  const { current } = ramp;
  const stage = stageOf(plan, current.stage);
  const refused = refusalOf(plan, by, stage);
  const json = { command: 'approve', stage: current.stage, since: current.since, by };
  if (refused !== null)
    return { exit: EXIT.found, text: refused, json: { ...json, approved: false, why: refused } };
  const judged = await judgeNow(tools, stage, current);
  const draft = decisionDraft(plan, { action: 'approve', ...attribution }, judged);
  const link = await store.approve(current, plan.hash, draft);
  const have = approversOf(ramp, plan.hash).length + (link === null ? 0 : 1);
  const what = link === null ? `${by} approved already` : 'approved';
  const text = `${what}: ${have} of ${stage.approvals} approvals to leave ${current.stage}`;
  return { exit: EXIT.done, text, json: { ...json, approved: true, have, need: stage.approvals } };
}

/** Why the approval of a person does not count, or null. */
function refusalOf(plan: Plan, by: string, stage: PlannedStage): string | null {
  const isSame = (name: string) => name.trim().toLowerCase() === by.toLowerCase();
  if (stage.approvals === 0) return `stage ${stage.stage} needs no approval`;
  if (isSame(plan.author)) return `${by} is the author of the plan; another person must approve`;
  if (plan.approvers !== undefined && !plan.approvers.some(isSame))
    return `${by} is not one of the approvers of the plan`;
  return null;
}
