import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { isAbsolute, join, resolve } from 'node:path';
import { BadInput } from '@core-exit/process/faults';
import type Type from 'typebox';
import type { GateTerms } from './gate/terms.ts';
import { PlanFile } from './plan-schema.ts';
import { readJson } from './read-json.ts';
import { type StageTerms, usualTerms } from './stages.ts';
import { validate } from './validate.ts';

type Written = Type.Static<typeof PlanFile>;

/** One stage with everything that holds in it. */
export type PlannedStage = StageTerms & {
  stage: string;
  gate: GateTerms;
  bake: { minutes: number; kstMidnights: number };
  /** Persons other than the author whose approval it takes to leave this stage forwards. */
  approvals: number;
};

export type Plan = Omit<Written, 'stages' | 'bake' | 'approvals' | 'cohorts' | 'freezes'> & {
  stages: PlannedStage[];
  cohorts: Record<string, string[]>;
  freezes: NonNullable<Written['freezes']>;
  /** Of the file's meaning, so that an audit record says under which plan it was made. */
  hash: string;
};

/** Plans that come with this package, by name. */
const PLANS_DIRECTORY = join(import.meta.dirname, '../plans');

/** Reads a plan by the name of one that comes along (`interest-payout`) or by path. Throws {@link BadInput}. */
export function loadPlan(nameOrPath: string): Plan {
  const what = `plan ${nameOrPath}`;
  return checkPlan(readJson(planPath(nameOrPath), what), what);
}

/** A plan that comes along goes before a file of the same name; `-` is standard input. */
export function planPath(nameOrPath: string): string {
  const own = join(PLANS_DIRECTORY, `${nameOrPath}.json`);
  if (nameOrPath === '-') return nameOrPath;
  return !isAbsolute(nameOrPath) && existsSync(own) ? own : resolve(nameOrPath);
}

/** The document as a plan; throws {@link BadInput} with every fault. */
export function checkPlan(document: unknown, what = 'plan'): Plan {
  const written = validate(PlanFile, document, what);
  const found: string[] = [];
  const stages = written.stages.map((stage, i): PlannedStage => {
    const { percent, cohorts, primary, shadow } = stage;
    const usual = usualTerms(stage.stage);
    if (usual === null && [percent, primary, shadow].includes(undefined)) {
      found.push(
        `/stages/${i}: ${stage.stage} is no stage of its own meaning: give percent, primary and shadow`,
      );
    }
    const own = new Set(Object.keys(written.cohorts ?? {}));
    return {
      stage: stage.stage,
      percent: percent ?? usual?.percent ?? 0,
      cohorts: cohorts ?? (usual?.cohorts ?? []).filter((cohort) => own.has(cohort)),
      primary: primary ?? usual?.primary ?? 'legacy',
      shadow: shadow ?? usual?.shadow ?? 1,
      gate: { ...written.gate, ...stage.gate },
      bake: { ...written.bake, ...stage.bake },
      approvals: stage.approvals ?? written.approvals ?? 0,
    };
  });
  const { cohorts = {}, freezes = [], ...rest } = written;
  const hash = createHash('sha256').update(JSON.stringify(written)).digest('hex');
  const plan: Plan = { ...rest, stages, cohorts, freezes, hash };
  found.push(...contradictions(plan));
  if (found.length > 0) throw new BadInput(what, found);
  return plan;
}

function* contradictions(plan: Plan): Generator<string> {
  const { stages, cohorts, fallbackStage, freezes, rehearsal = false } = plan;
  for (const [i, stage] of stages.entries()) {
    yield* faultsOfStage(stage, stages.slice(0, i), `/stages/${i}`);
    for (const cohort of stage.cohorts) {
      if (!Object.hasOwn(cohorts, cohort)) yield `/stages/${i}/cohorts: there is no /cohorts/${cohort}`;
    }
    if (stage.bake.kstMidnights < 1 && stage.shadow > 0 && !rehearsal) {
      yield `/stages/${i}/bake/kstMidnights: at least one, unless the plan is a rehearsal`;
    }
  }
  yield* riskFaults(plan);
  yield* approverFaults(plan);
  const fallback = stages.find(({ stage }) => stage === fallbackStage);
  if (fallback === undefined) yield `/fallbackStage: ${fallbackStage} is not among /stages`;
  if (fallback?.primary === 'new') {
    yield `/fallbackStage: ${fallbackStage} still moves money by the new core; choose off or shadow`;
  }
  for (const [i, { from, to }] of freezes.entries()) {
    if (Date.parse(to) <= Date.parse(from)) yield `/freezes/${i}: ends before it begins`;
  }
}

/** The risk of the ramp is split over its gates, so each stage that is left by one has its part or less. */
function* riskFaults({ stages, rehearsal = false }: Plan): Generator<string> {
  const gated = stages.slice(0, -1).filter(({ shadow }) => shadow > 0);
  const short = gated.filter(({ gate }) => gate.gates < gated.length);
  if (rehearsal || short.length === 0) return;
  const names = short.map(({ stage }) => stage).join(', ');
  yield `/gate/gates: ${gated.length} stages are left by a gate, and the risk of ${names} is split over fewer`;
}

/** Enough persons who may approve: a stage that nobody can release would stay for ever. */
function* approverFaults({ author, approvers, stages }: Plan): Generator<string> {
  if (approvers === undefined) return;
  const persons = new Set(approvers.map((name) => name.trim().toLowerCase()));
  persons.delete(author.trim().toLowerCase());
  const most = Math.max(...stages.map(({ approvals }) => approvals));
  if (persons.size < most) {
    yield `/approvers: a stage asks for ${most} approvals, and ${persons.size} persons other than the author may give one`;
  }
}

function* faultsOfStage(stage: PlannedStage, before: PlannedStage[], at: string): Generator<string> {
  const { percent, cohorts, primary, shadow } = stage;
  if (before.some((b) => b.stage === stage.stage)) yield `${at}: ${stage.stage} is there twice`;
  if (primary === 'legacy' && (percent > 0 || cohorts.length > 0)) {
    yield `${at}: a share or a cohort on the new core needs "primary": "new"`;
  }
  if (primary === 'new' && percent === 0 && cohorts.length === 0) {
    yield `${at}: neither percent nor a cohort is on the new core`;
  }
  if (primary === 'new' && shadow === 0)
    yield `${at}/shadow: money moves by the new core and nothing is compared`;
  const named = /^ramp-(\d+)$/.exec(stage.stage)?.[1];
  if (named !== undefined && Number(named) !== percent) yield `${at}/percent: ${stage.stage} is ${percent} %`;
  const last = before.at(-1);
  if (last === undefined) return;
  if (percent < last.percent || last.cohorts.some((cohort) => !cohorts.includes(cohort))) {
    yield `${at}: stages must nest: who is in ${last.stage} must be in ${stage.stage}`;
  }
  if (last.primary === 'new' && primary === 'legacy') {
    yield `${at}: stages must rise, and ${last.stage} moves money already`;
  }
}

/** The stage of that name; throws {@link BadInput} when the plan has none. */
export function stageOf(plan: Plan, stage: string): PlannedStage {
  const planned = plan.stages.find((s) => s.stage === stage);
  if (planned !== undefined) return planned;
  const known = plan.stages.map((s) => s.stage).join(', ');
  throw new BadInput('the stage', [`plan ${plan.name} has no stage ${stage}: one of ${known}`]);
}

/** The stage after or before one, in the plan's order; null at its end, or when the plan does not have the stage. */
export function neighbour(plan: Plan, stage: string, step: 1 | -1): PlannedStage | null {
  const at = plan.stages.findIndex((s) => s.stage === stage);
  if (at === -1) return null;
  return plan.stages[at + step] ?? null;
}
