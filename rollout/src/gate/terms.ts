import Type from 'typebox';
import { StratumValue } from './evidence.ts';
import { Instant } from './instant.ts';

const Rate = Type.Number({ minimum: 0, maximum: 1 });
/** A probability that is neither certain nor impossible. */
const OpenRate = Type.Number({ exclusiveMinimum: 0, exclusiveMaximum: 1 });

const Waiver = Type.Object(
  {
    // A waiver without any dimension would apply to every stratum.
    stratum: Type.Record(Type.String(), StratumValue, { minProperties: 1 }),
    by: Type.String({ minLength: 1, description: 'the person who signs the waiver' }),
    until: Instant,
    because: Type.String({ minLength: 1 }),
  },
  { additionalProperties: false },
);
export type Waiver = Type.Static<typeof Waiver>;

/** What the evidence of a stage must prove before the next stage may be entered. */
export const GateTerms = Type.Object(
  {
    confidence: Type.Number({ exclusiveMinimum: 0, exclusiveMaximum: 1, description: 'of the whole ramp' }),
    gates: Type.Integer({
      minimum: 1,
      description:
        'the risk 1 - confidence is split over this number: the stages that compare and have a next stage',
    }),
    mismatchBound: Type.Number({
      exclusiveMinimum: 0,
      exclusiveMaximum: 1,
      description: 'the true share of differing answers must be proved to be at most this',
    }),
    minPerStratum: Type.Integer({ minimum: 0, description: 'pairs that each stratum needs' }),
    waivers: Type.Optional(Type.Array(Waiver)),
    maxLossRate: Type.Number({
      minimum: 0,
      maximum: 1,
      description: '(shadow_error + shadow_timeout + dropped) / (all verdicts except unsampled)',
    }),
    latency: Type.Optional(
      Type.Object(
        { quantile: OpenRate, maxRatio: Type.Number({ exclusiveMinimum: 0 }) },
        {
          additionalProperties: false,
          description: 'new core compared with legacy core; not judged if missing',
        },
      ),
    ),
    moneyMoves: Type.Boolean({ description: 'one mismatch is a FAIL' }),
    maxErrorRate: Type.Optional(
      Type.Number({ ...Rate, description: 'primary_error + both_failed; not judged if missing' }),
    ),
    maxRacedRate: Type.Optional(Type.Number({ ...Rate, description: 'raced; not judged if missing' })),
  },
  { additionalProperties: false },
);
export type GateTerms = Type.Static<typeof GateTerms>;

/** The probability with which one gate may pass a core that differs more often than `mismatchBound`. */
export function riskOf({ confidence, gates }: GateTerms): number {
  return (1 - confidence) / gates;
}
