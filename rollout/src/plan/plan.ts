import { createHash } from 'node:crypto';
import { BadInput } from '@core-exit/process/faults';
import type Type from 'typebox';
import type { GateTerms } from '../gate/terms.ts';
import { readJson, validate } from '../json-document.ts';
import { PlanFile } from './plan-schema.ts';
import { type StageTerms, usualTerms } from './stages.ts';

type Written = Type.Static<typeof PlanFile>;

/** One stage with all the terms that apply in it. */
export type PlannedStage = StageTerms & {
  stage: string;
  gate: GateTerms;
  bake: { minutes: number; midnights: number };
  /** Persons other than the author who must approve before the next stage is entered. */
  approvals: number;
};

export type Plan = Omit<Written, 'stages' | 'bake' | 'approvals' | 'cohorts' | 'freezes' | 'timeZone'> & {
  stages: PlannedStage[];
  cohorts: Record<string, string[]>;
  freezes: NonNullable<Written['freezes']>;
  /** IANA name; the zone whose midnights the stages count. `UTC` if no stage counts midnights. */
  timeZone: string;
  /** Hash of the content of the file. A decision record has it, so that the version of the plan is known. */
  hash: string;
};

/** Reads and checks the plan at a path; `-` is standard input. Throws {@link BadInput}. */
export function loadPlan(path: string): Plan {
  const what = `plan ${path}`;
  return checkPlan(readJson(path, what), what);
}

/** Returns the document as a plan. Throws {@link BadInput} that lists every fault. */
export function checkPlan(document: unknown, what = 'plan'): Plan {
  const written = validate(PlanFile, document, what);
  const found: string[] = [];
  const stages = written.stages.map((stage, i): PlannedStage => {
    const { percent, cohorts, primary, shadow } = stage;
    const usual = usualTerms(stage.stage);
    if (usual === null && [percent, primary, shadow].includes(undefined)) {
      found.push(
        `/stages/${i}: ${stage.stage} is not a known stage name, so give its percent, primary and shadow`,
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
  const { cohorts = {}, freezes = [], timeZone = 'UTC', ...rest } = written;
  const hash = createHash('sha256').update(JSON.stringify(written)).digest('hex');
  const plan: Plan = { ...rest, stages, cohorts, freezes, timeZone, hash };
  if (written.timeZone === undefined && stages.some(({ bake }) => bake.midnights > 0)) {
    found.push('/timeZone: missing, and a stage counts midnights: give the zone, like "Europe/Berlin"');
  }
  found.push(...contradictions(plan));
  if (found.length > 0) throw new BadInput(what, found);
  return plan;
}

function* contradictions(plan: Plan): Generator<string> {
  const { stages, cohorts, fallbackStage, freezes, rehearsal = false } = plan;
  for (const [i, stage] of stages.entries()) {
    yield* faultsOfStage(stage, stages.slice(0, i), `/stages/${i}`);
    for (const cohort of stage.cohorts) {
      if (!Object.hasOwn(cohorts, cohort)) yield `/stages/${i}/cohorts: the plan has no /cohorts/${cohort}`;
    }
    if (stage.bake.midnights < 1 && stage.shadow > 0 && !rehearsal) {
      yield `/stages/${i}/bake/midnights: must be at least 1, unless the plan is a rehearsal`;
    }
  }
  yield* riskFaults(plan);
  yield* approverFaults(plan);
  const fallback = stages.find(({ stage }) => stage === fallbackStage);
  if (fallback === undefined) yield `/fallbackStage: ${fallbackStage} is not one of /stages`;
  if (fallback?.primary === 'new') {
    yield `/fallbackStage: in ${fallbackStage} the new core moves money; choose off or shadow`;
  }
  for (const [i, { from, to }] of freezes.entries()) {
    if (Date.parse(to) <= Date.parse(from)) yield `/freezes/${i}: to must be later than from`;
  }
}

/** The risk of the ramp is split over its gates, so the part of each gate must be small enough for all gates together. */
function* riskFaults({ stages, rehearsal = false }: Plan): Generator<string> {
  const gated = stages.slice(0, -1).filter(({ shadow }) => shadow > 0);
  const short = gated.filter(({ gate }) => gate.gates < gated.length);
  if (rehearsal || short.length === 0) return;
  const names = short.map(({ stage }) => stage).join(', ');
  yield `/gate/gates: ${gated.length} stages end with a gate, but ${names} splits the risk over fewer`;
}

/** A stage that needs more approvals than there are approvers could never be left. */
function* approverFaults({ author, approvers, stages }: Plan): Generator<string> {
  if (approvers === undefined) return;
  const persons = new Set(approvers.map((name) => name.trim().toLowerCase()));
  persons.delete(author.trim().toLowerCase());
  const most = Math.max(...stages.map(({ approvals }) => approvals));
  if (persons.size < most) {
    yield `/approvers: a stage needs ${most} approvals, but only ${persons.size} persons other than the author may approve`;
  }
}

function* faultsOfStage(stage: PlannedStage, before: PlannedStage[], at: string): Generator<string> {
  const { percent, cohorts, primary, shadow } = stage;
  if (before.some((b) => b.stage === stage.stage)) yield `${at}: ${stage.stage} appears twice`;
  if (primary === 'legacy' && (percent > 0 || cohorts.length > 0)) {
    yield `${at}: percent or cohorts put customers on the new core, so "primary" must be "new"`;
  }
  if (primary === 'new' && percent === 0 && cohorts.length === 0) {
    yield `${at}: "primary" is "new", but neither percent nor cohorts put a customer on the new core`;
  }
  if (primary === 'new' && shadow === 0)
    yield `${at}/shadow: the new core moves money, so shadow must be above 0`;
  const named = /^ramp-(\d+)$/.exec(stage.stage)?.[1];
  if (named !== undefined && Number(named) !== percent)
    yield `${at}/percent: ${stage.stage} has ${percent} %, not the percentage of its name`;
  const last = before.at(-1);
  if (last === undefined) return;
  if (percent < last.percent || last.cohorts.some((cohort) => !cohorts.includes(cohort))) {
    yield `${at}: every customer of ${last.stage} must also be in ${stage.stage}`;
  }
  if (last.primary === 'new' && primary === 'legacy') {
    yield `${at}: in ${last.stage} the new core already moves money, so ${stage.stage} may not be "legacy"`;
  }
}

/** The stage with this name. Throws {@link BadInput} if the plan does not have it. */
export function stageOf(plan: Plan, stage: string): PlannedStage {
  const planned = plan.stages.find((s) => s.stage === stage);
  if (planned !== undefined) return planned;
  const known = plan.stages.map((s) => s.stage).join(', ');
  throw new BadInput('the stage', [`plan ${plan.name} has no stage ${stage}; its stages are ${known}`]);
}

/** The next (1) or the previous (-1) stage of the plan; null at its ends, or if the plan does not have the stage. */
export function neighbour(plan: Plan, stage: string, step: 1 | -1): PlannedStage | null {
  const at = plan.stages.findIndex((s) => s.stage === stage);
  if (at === -1) return null;
  return plan.stages[at + step] ?? null;
}
