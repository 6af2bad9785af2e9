import Type from 'typebox';
import { Instant } from '../gate/instant.ts';
import { GateTerms } from '../gate/terms.ts';
import { isTimeZone } from './midnights.ts';

const strict = { additionalProperties: false };
const StageName = Type.String({ pattern: '^[a-z][a-z0-9-]{0,39}$' });
const Cohort = Type.String({ pattern: '^[a-z][a-z0-9-]{0,39}$' });
const Person = Type.String({ minLength: 1, maxLength: 100 });
const TimeZone = Type.Refine(
  Type.String(),
  isTimeZone,
  () => 'must be an IANA time zone, like Europe/Berlin',
);

/** How long a stage must last, by the clock function of the database (CLOCK_FUNCTION). */
const Bake = Type.Object(
  {
    minutes: Type.Number({ minimum: 0 }),
    midnights: Type.Integer({
      minimum: 0,
      description:
        'midnights in `timeZone` that the stage must have passed, because faults of batches, date changes and caches show only then',
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
      Type.Number({
        minimum: 0,
        maximum: 1,
        description: 'share of the requests that are sent to the other core as well',
      }),
    ),
    gate: Type.Optional(Type.Partial(GateTerms)),
    bake: Type.Optional(Type.Partial(Bake)),
    approvals: Type.Optional(
      Type.Integer({ minimum: 0, maximum: 5, description: 'persons who must approve before the next stage' }),
    ),
  },
  strict,
);

const Freeze = Type.Object(
  { from: Instant, to: Instant, because: Type.String({ minLength: 1 }) },
  { ...strict, description: 'no advance in this time; a step back is always allowed' },
);

/** The file of a plan. A field that the schema does not name is refused. */
export const PlanFile = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 60 }),
    author: Type.String({ minLength: 1, maxLength: 100, description: 'may not approve stages of this plan' }),
    rehearsal: Type.Optional(
      Type.Boolean({ description: 'a plan for demonstrations and tests; its stages need no midnight' }),
    ),
    flag: Type.Object(
      {
        name: Type.String({ pattern: '^[a-z0-9][a-z0-9._-]{0,99}$' }),
        project: Type.String({ minLength: 1 }),
        environment: Type.String({ minLength: 1 }),
        groupId: Type.String({
          minLength: 1,
          description: 'part of the hash of every bucket, so another groupId assigns all customers anew',
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
    timeZone: Type.Optional(TimeZone),
    approvals: Type.Optional(Type.Integer({ minimum: 0, maximum: 5 })),
    approvers: Type.Optional(
      Type.Array(Person, {
        minItems: 1,
        description: 'if left out, every person except the author may approve',
      }),
    ),
    freezes: Type.Optional(Type.Array(Freeze)),
  },
  strict,
);
