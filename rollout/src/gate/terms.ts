import Type from 'typebox';
import { StratumValue } from './evidence.ts';
import { Instant } from './instant.ts';

const Rate = Type.Number({ minimum: 0, maximum: 1 });
/** A probability that is neither certain nor impossible. */
const OpenRate = Type.Number({ exclusiveMinimum: 0, exclusiveMaximum: 1 });

const Waiver = Type.Object(
  {
    // Without any property it would waive every stratum there is.
    stratum: Type.Record(Type.String(), StratumValue, { minProperties: 1 }),
    by: Type.String({ minLength: 1, description: 'the named person who signs for it' }),
    until: Instant,
    because: Type.String({ minLength: 1 }),
  },
  { additionalProperties: false },
);
export type Waiver = Type.Static<typeof Waiver>;

/** What the evidence of a stage must show before the next may be entered. */
export const GateTerms = Type.Object(
  {
    confidence: Type.Number({ exclusiveMinimum: 0, exclusiveMaximum: 1, description: 'of the whole ramp' }),
    gates: Type.Integer({
      minimum: 1,
      description:
        'the risk 1 - confidence is split over so many: the stages that compare and have a next one',
    }),
    mismatchBound: Type.Number({
      exclusiveMinimum: 0,
      exclusiveMaximum: 1,
      description: 'the true share of differing answers must be shown to be at most this',
    }),
    minPerStratum: Type.Integer({ minimum: 0, description: 'pairs each stratum needs of its own' }),
    waivers: Type.Optional(Type.Array(Waiver)),
    maxLossRate: Type.Number({
      minimum: 0,
      maximum: 1,
      description: '(shadow_error + shadow_timeout + dropped) / (all but unsampled)',
    }),
    latency: Type.Optional(
      Type.Object(
        { quantile: OpenRate, maxRatio: Type.Number({ exclusiveMinimum: 0 }) },
        { additionalProperties: false, description: 'new core against legacy core; left out: not judged' },
      ),
    ),
    moneyMoves: Type.Boolean({ description: 'one mismatch is a FAIL' }),
    maxErrorRate: Type.Optional(
      Type.Number({ ...Rate, description: 'primary_error + both_failed; left out: not judged' }),
    ),
    maxRacedRate: Type.Optional(Type.Number({ ...Rate, description: 'raced; left out: not judged' })),
  },
  { additionalProperties: false },
);
export type GateTerms = Type.Static<typeof GateTerms>;

/** The risk one gate may take of letting a core pass that differs more often than `mismatchBound`. */
export function riskOf({ confidence, gates }: GateTerms): number {
  return (1 - confidence) / gates;
}
