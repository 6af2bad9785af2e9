import { decidedOn } from '../controller/record.ts';
import { missingInUnleash } from '../flag-setup.ts';
import type { Plan } from '../plan.ts';
import { stageOf } from '../plan.ts';
import type { UnleashAdmin } from '../unleash-admin.ts';
import { EXIT, type Outcome } from './outcome.ts';
import type { Tools } from './tools.ts';

/** A strategy needs its flag, and a strategy of a cohort its segment: three rounds at most. */
const MAX_ROUNDS = 4;

/** Makes Unleash fit the plan, saying each difference before it is removed; begins the ramp at the plan's first stage. */
export async function init(tools: Tools, by: string, show: (line: string) => void): Promise<Outcome> {
  const { plan, admin, store } = tools;
  const { inForce } = await store.look();
  const first = stageOf(plan, plan.stages[0]?.stage ?? '');
  const did: string[] = [];
  let entry = inForce ?? { stage: first.stage, since: new Date().toISOString() };
  if (inForce === null) {
    const decided = decidedOn(plan, { action: 'init', by, because: `plan ${plan.name}` });
    const moved = await store.move({ to: first, decided });
    if (moved.kind === 'moved') entry = moved.entry;
    did.push(`+ ramp begins in stage ${first.stage}`);
  }
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const changes = await missingInUnleash({ plan, admin, entry });
    if (changes.length === 0) break;
    for (const { what } of changes) show(what);
    for (const { what, apply } of changes) {
      await apply();
      did.push(what);
    }
  }
  const said = await tools.flag.read();
  if (said.kind === 'doubt' || said.since !== entry.since) await tools.flag.push(entry);
  const text = did.length === 0 ? `flag ${plan.flag.name} is as the plan says` : `${did.length} changes made`;
  return { exit: EXIT.done, text, json: { command: 'init', flag: plan.flag.name, did } };
}

/** The plan's stages as a table, and what `init` would do next. */
export async function showPlan(plan: Plan, admin: UnleashAdmin): Promise<Outcome> {
  const first = plan.stages[0]?.stage ?? '';
  const entry = { stage: first, since: new Date(0).toISOString() };
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
