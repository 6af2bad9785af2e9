import { existsSync, readFileSync } from 'node:fs';
import { isAbsolute, join, resolve } from 'node:path';
import Type from 'typebox';
import { BadInput } from './faults.ts';
import { GateTerms } from './gate/terms.ts';
import { COHORTS, STAGE_NAMES, STAGES, type StageName } from './stages.ts';
import { validate } from './validate.ts';

const Stage = Type.Enum(STAGE_NAMES);

const PlanFile = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 60 }),
    flag: Type.Object(
      {
        name: Type.String({ pattern: '^[a-z0-9][a-z0-9._-]{0,99}$' }),
        project: Type.String({ minLength: 1 }),
        environment: Type.String({ minLength: 1 }),
        groupId: Type.String({
          minLength: 1,
          description: 'part of every bucket: another groupId re-shuffles all customers',
        }),
      },
      { additionalProperties: false },
    ),
    stages: Type.Array(
      Type.Object(
        { stage: Stage, gate: Type.Optional(Type.Partial(GateTerms)) },
        { additionalProperties: false },
      ),
      { minItems: 2, maxItems: STAGE_NAMES.length },
    ),
    fallbackStage: Stage,
    gate: GateTerms,
    cohorts: Type.Optional(
      Type.Partial(
        Type.Record(Type.Enum([...COHORTS]), Type.Array(Type.String({ minLength: 1 }), { maxItems: 1_000 })),
      ),
    ),
  },
  { additionalProperties: false },
);

export type Plan = Type.Static<typeof PlanFile>;

/** Plans that come with this package, by name. */
const PLANS_DIRECTORY = join(import.meta.dirname, '../plans');

/** Reads a plan by the name of one that comes along (`interest-payout`) or by path. Throws {@link BadInput}. */
export function loadPlan(nameOrPath: string): Plan {
  const own = join(PLANS_DIRECTORY, `${nameOrPath}.json`);
  const path = !isAbsolute(nameOrPath) && existsSync(own) ? own : resolve(nameOrPath);
  let document: unknown;
  try {
    document = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new BadInput(`plan ${nameOrPath}`, [(error as Error).message]);
  }
  return checkPlan(document, `plan ${nameOrPath}`);
}

export function checkPlan(document: unknown, what = 'plan'): Plan {
  const plan = validate(PlanFile, document, what);
  const found: string[] = [];
  const order = plan.stages.map((s) => STAGE_NAMES.indexOf(s.stage));
  if (order.some((at, i) => i > 0 && at <= (order[i - 1] ?? 0))) {
    found.push(`/stages: must rise in the order ${STAGE_NAMES.join(', ')}, each at most once`);
  }
  if (STAGES[plan.fallbackStage].movesMoney) {
    found.push(
      `/fallbackStage: ${plan.fallbackStage} still moves money by the new core; choose off or shadow`,
    );
  }
  for (const { stage } of plan.stages) {
    const cohort = STAGES[stage].percent === 0 ? STAGES[stage].cohorts.at(-1) : undefined;
    if (cohort !== undefined && (plan.cohorts?.[cohort] ?? []).length === 0) {
      found.push(`/stages: ${stage} needs /cohorts/${cohort}`);
    }
  }
  if (found.length > 0) throw new BadInput(what, found);
  return plan;
}

/** The gate a stage has to pass: the plan's, with the stage's own figures over it. */
export function gateOf(plan: Plan, stage: StageName): GateTerms {
  return { ...plan.gate, ...plan.stages.find((s) => s.stage === stage)?.gate };
}

/** The stage after or before one, in the plan's order; null at its end, or when the plan does not have the stage. */
export function neighbour(plan: Plan, stage: StageName, step: 1 | -1): StageName | null {
  const at = plan.stages.findIndex((s) => s.stage === stage);
  if (at === -1) return null;
  return plan.stages[at + step]?.stage ?? null;
}
