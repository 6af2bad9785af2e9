import { decidedOn } from '../controller/record.ts';
import type { Entry } from '../flag-control.ts';
import { missingInUnleash } from '../flag-setup.ts';
import type { Plan } from '../plan.ts';
import { stageOf } from '../plan.ts';
import { EXIT, type Outcome } from './outcome.ts';
import type { Tools } from './tools.ts';

/**
 * Makes Unleash fit the plan and begins the ramp at the plan's first stage. All differences are found and shown before
 * the first of them is removed; a flag that is not ours is refused before anything is written.
 */
export async function init(tools: Tools, by: string, show: (line: string) => void): Promise<Outcome> {
  const { plan, admin, store } = tools;
  const { inForce } = await store.look();
  const differences = await missingInUnleash({ plan, admin, entry: inForce ?? beginningOf(plan) });
  const begins = inForce === null ? [`+ ramp begins in stage ${beginningOf(plan).stage}`] : [];
  const did = [...begins, ...differences.map(({ what }) => what)];
  for (const what of did) show(what);
  const entry = inForce ?? (await begin(tools, by));
  for (const { apply } of differences) await apply();
  const said = await tools.flag.read();
  if (said.kind === 'doubt' || said.since !== entry.since) await tools.flag.push(entry);
  const text = did.length === 0 ? `flag ${plan.flag.name} is as the plan says` : `${did.length} changes made`;
  return { exit: EXIT.done, text, json: { command: 'init', flag: plan.flag.name, did } };
}

/** What a ramp that was never begun is taken for. */
function beginningOf({ stages }: Plan): Entry {
  return { stage: stages[0]?.stage ?? '', since: new Date(0).toISOString() };
}

async function begin({ plan, store }: Tools, by: string): Promise<Entry> {
  const first = stageOf(plan, beginningOf(plan).stage);
  const decided = decidedOn(plan, { action: 'init', by, because: `plan ${plan.name}` });
  const moved = await store.move({ to: first, decided });
  if (moved.kind === 'overtaken') throw new Error('a move without a condition was overtaken');
  return moved.entry;
}

/** The plan's stages as a table, and all that `init` would do. */
export async function showPlan({ plan, admin, store }: Tools): Promise<Outcome> {
  const { inForce } = await store.look();
  const entry = inForce ?? beginningOf(plan);
  const changes = (await missingInUnleash({ plan, admin, entry })).map(({ what }) => what);
  const rows = plan.stages.map(
    ({ stage, percent, cohorts, shadow, gate, bake, approvals }) =>
      `${stage.padEnd(10)} ${String(percent).padStart(3)} % ${cohorts.join('+').padEnd(12)} shadow ${shadow * 100} %  rate < ${gate.mismatchBound}, ${gate.minPerStratum} a stratum  ${bake.minutes} min and ${bake.kstMidnights} midnights  ${approvals} approvals`,
  );
  const text = [
    `plan ${plan.name} by ${plan.author}${plan.rehearsal === true ? ' (rehearsal)' : ''}, falls back to ${plan.fallbackStage}`,
    ...rows,
    changes.length === 0 ? 'Unleash is as the plan says' : `Unleash differs:\n${changes.join('\n')}`,
  ].join('\n');
  return { exit: EXIT.done, text, json: { command: 'plan', plan, changes } };
}
