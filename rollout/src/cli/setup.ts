import { EXIT } from '@core-exit/process/exit-codes';
import { decisionDraft } from '../controller/decision-draft.ts';
import { missingInUnleash } from '../flag/flag-setup.ts';
import { type Plan, stageOf } from '../plan/plan.ts';
import type { Stay } from '../plan/stay.ts';
import type { Outcome } from './outcome.ts';
import type { Tools } from './tools.ts';

/**
 * Makes Unleash fit the plan, and starts the ramp in the first stage of the plan if it was not started. All changes are
 * shown before the first one is applied. A flag that the rollout did not write is refused before anything is changed.
 */
export async function init(tools: Tools, by: string, show: (line: string) => void): Promise<Outcome> {
  const { plan, admin, store } = tools;
  const { current } = await store.read();
  const differences = await missingInUnleash({ plan, admin, stay: current ?? firstStay(plan) });
  const start = current === null ? [`+ ramp starts in stage ${firstStay(plan).stage}`] : [];
  const changes = [...start, ...differences.map(({ what }) => what)];
  for (const change of changes) show(change);
  const stay = current ?? (await startRamp(tools, by));
  for (const { apply } of differences) await apply();
  const state = await tools.flag.read();
  if (state.kind === 'doubt' || state.since !== stay.since) await tools.flag.push(stay);
  const text =
    changes.length === 0 ? `flag ${plan.flag.name} fits the plan already` : `${changes.length} changes made`;
  return { exit: EXIT.done, text, json: { command: 'init', flag: plan.flag.name, did: changes } };
}

/** Stands for the current stay of a ramp that was not started. */
function firstStay({ stages }: Plan): Stay {
  return { stage: stages[0]?.stage ?? '', since: new Date(0).toISOString() };
}

async function startRamp({ plan, store }: Tools, by: string): Promise<Stay> {
  const first = stageOf(plan, firstStay(plan).stage);
  const draft = decisionDraft(plan, { action: 'init', by, because: `plan ${plan.name}` });
  const result = await store.move({ to: first, draft });
  if (result.kind === 'overtaken') throw new Error('a move without a condition was overtaken');
  return result.stay;
}

/** The stages of the plan as a table, and all changes that `init` would make. */
export async function showPlan({ plan, admin, store }: Tools): Promise<Outcome> {
  const { current } = await store.read();
  const stay = current ?? firstStay(plan);
  const changes = (await missingInUnleash({ plan, admin, stay })).map(({ what }) => what);
  const rows = plan.stages.map(
    ({ stage, percent, cohorts, shadow, gate, bake, approvals }) =>
      `${stage.padEnd(10)} ${String(percent).padStart(3)} % ${cohorts.join('+').padEnd(12)} shadow ${shadow * 100} %  rate < ${gate.mismatchBound}, ${gate.minPerStratum} per stratum  ${bake.minutes} min and ${bake.midnights} midnights  ${approvals} approvals`,
  );
  const text = [
    `plan ${plan.name} by ${plan.author}${plan.rehearsal === true ? ' (rehearsal)' : ''}, fallback stage ${plan.fallbackStage}, midnights in ${plan.timeZone}`,
    ...rows,
    changes.length === 0 ? 'Unleash fits the plan' : `Unleash differs from the plan:\n${changes.join('\n')}`,
  ].join('\n');
  return { exit: EXIT.done, text, json: { command: 'plan', plan, changes } };
}
