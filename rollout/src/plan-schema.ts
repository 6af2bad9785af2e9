import Type from 'typebox';
import { Instant } from './gate/instant.ts';
import { GateTerms } from './gate/terms.ts';

const strict = { additionalProperties: false };
const StageName = Type.String({ pattern: '^[a-z][a-z0-9-]{0,39}$' });
const Cohort = Type.String({ pattern: '^[a-z][a-z0-9-]{0,39}$' });
const Person = Type.String({ minLength: 1, maxLength: 100 });

/** How long a stage must have lasted, by the bank's clock. */
const Bake = Type.Object(
  {
    minutes: Type.Number({ minimum: 0 }),
    kstMidnights: Type.Integer({
      minimum: 0,
      description: 'batches, date changes and caches show only then',
    }),
  },
  strict,
);

const Stage = Type.Object(
  {
    stage: StageName,
    percent: Type.Optional(Type.Integer({ minimum: 0, maximum: 100, description: 'whole percents only' })),
    cohorts: Type.Optional(Type.Array(Cohort)),
    primary: Type.Optional(Type.Enum(['legacy', 'new'])),
    shadow: Type.Optional(
      Type.Number({ minimum: 0, maximum: 1, description: 'share of requests put to the other core too' }),
    ),
    gate: Type.Optional(Type.Partial(GateTerms)),
    bake: Type.Optional(Type.Partial(Bake)),
    approvals: Type.Optional(
      Type.Integer({ minimum: 0, maximum: 5, description: 'persons needed to leave it' }),
    ),
  },
  strict,
);

const Freeze = Type.Object(
  { from: Instant, to: Instant, because: Type.String({ minLength: 1 }) },
  { ...strict, description: 'no advance in this time, by the bank’s clock; a step back is always allowed' },
);

/** A ramp as a file. Everything that is not named is refused. */
export const PlanFile = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 60 }),
    author: Type.String({ minLength: 1, maxLength: 100, description: 'may not approve' }),
    rehearsal: Type.Optional(
      Type.Boolean({ description: 'a plan for demonstrations and tests: may do without a midnight' }),
    ),
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
      strict,
    ),
    cohorts: Type.Optional(
      Type.Record(Cohort, Type.Array(Type.String({ minLength: 1 }), { minItems: 1, maxItems: 1_000 })),
    ),
    stages: Type.Array(Stage, { minItems: 2, maxItems: 40 }),
    fallbackStage: StageName,
    gate: GateTerms,
    bake: Bake,
    approvals: Type.Optional(Type.Integer({ minimum: 0, maximum: 5 })),
    approvers: Type.Optional(
      Type.Array(Person, { minItems: 1, description: 'left out: anybody but the author' }),
    ),
    freezes: Type.Optional(Type.Array(Freeze)),
  },
  strict,
);
