import { INELIGIBILITY_REASONS } from '@core-exit/bank-contract';
import Type, { type TSchema } from 'typebox';
import {
  ACCOUNT_STATUSES,
  CUSTOMER_STATUSES,
  DAY_COUNT_WORDS,
  HOLDS,
  ROUNDING_MODES,
  TAX_CLASSES,
  TIER_MODES,
} from './words.ts';

/**
 * A row of the suite: its input (`given`) and the answer of a core (`expect`). Published as `schema/case.schema.json`. The loader
 * uses the descriptions in its messages about a text that does not fit its pattern.
 */
export const MOST_DECIMALS = 8;

const MONEY = {
  pattern: `^(0|[1-9][0-9]{0,27})(\\.[0-9]{1,${MOST_DECIMALS}})?$`,
  description: 'money as a plain decimal text such as "50000000" or "12.50": no sign, no exponent',
};
const Money = Type.String(MONEY);
const Won = Type.String({
  pattern: '^(0|[1-9][0-9]{0,27})$',
  description: 'whole won as text such as "2739": no sign, no decimals',
});
const Rate = Type.String({
  pattern: '^(0|[1-9][0-9]{0,2})(\\.[0-9]{1,9})?$',
  description: 'a rate as a plain decimal text such as "0.02", of at most nine decimals',
});
const CalendarDate = Type.String({
  pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}$',
  description: 'a date that exists, YYYY-MM-DD',
});
/** A number of things: a JSON integer, or the same as text. */
const Count = Type.Unsafe<number | string>({
  type: ['integer', 'string'],
  minimum: 0,
  pattern: '^(0|[1-9][0-9]{0,9})$',
  description: 'a whole number',
});
const OpenMoney = Type.Unsafe<string | null>({
  type: ['string', 'null'],
  pattern: MONEY.pattern,
  description: `${MONEY.description}; null: no upper edge`,
});

const strict = <P extends Record<string, TSchema>>(properties: P, description?: string) =>
  Type.Object(properties, {
    additionalProperties: false,
    ...(description !== undefined && { description }),
  });
const enumOf = <W extends string>(words: readonly W[]) => Type.Enum([...words]);

const Tier = strict({ upTo: OpenMoney, annualRate: Rate });

const RateTable = strict(
  { from: CalendarDate, tiers: Type.Array(Tier, { minItems: 1 }) },
  'In force from a day on until the next table. An amount at `upTo` belongs to the tier; null: no upper edge.',
);

const Product = strict({
  dayCount: enumOf(DAY_COUNT_WORDS),
  tiers: enumOf(TIER_MODES),
  rounding: Type.Optional(
    strict(
      { scale: Type.Integer({ minimum: 0, maximum: MOST_DECIMALS }), mode: enumOf(ROUNDING_MODES) },
      'Once, at payment. Default: whole won, floor.',
    ),
  ),
  rates: Type.Array(RateTable, { minItems: 1 }),
  minimumPayable: Type.Optional(Money),
  corporateAllowed: Type.Optional(Type.Boolean()),
  paysUnderWithdrawalStop: Type.Optional(Type.Boolean()),
});

const Balance = strict(
  {
    from: CalendarDate,
    closing: Money,
    postedOn: Type.Optional(CalendarDate),
  },
  'End-of-day balance from a day on. `postedOn` later than `from`: a back-dated movement (기산일).',
);

const Treaty = strict(
  { rate: Rate, includesLocalTax: Type.Optional(Type.Boolean()) },
  'A treaty rate on file (소득세법 156조의6). Default: local tax is within the rate.',
);

const PayoutGiven = strict({
  product: Product,
  balances: Type.Array(Balance, { minItems: 1 }),
  period: strict(
    { from: CalendarDate, to: CalendarDate },
    'Half-open: interest runs to the day before `to`.',
  ),
  taxClass: Type.Optional(enumOf(TAX_CLASSES)),
  treaty: Type.Optional(Treaty),
  customerStatus: Type.Optional(enumOf(CUSTOMER_STATUSES)),
  accountStatus: Type.Optional(enumOf(ACCOUNT_STATUSES)),
  holds: Type.Optional(Type.Array(enumOf(HOLDS), { uniqueItems: true })),
  repeatDaily: Type.Optional(Type.Boolean()),
  paidToday: Type.Optional(Type.Boolean()),
});

const Refused = strict({
  code: Type.Enum(['NOT_ELIGIBLE', 'ALREADY_PAID_TODAY', 'NOTHING_TO_PAY']),
  reason: Type.Optional(enumOf(INELIGIBILITY_REASONS)),
});
const Refusal = Type.Unsafe<Type.Static<typeof Refused> | null>({
  ...Refused,
  type: ['object', 'null'],
  description: 'a refusal, or null: the row must be paid',
});

const PayoutExpect = Type.Object(
  {
    gross: Type.Optional(Money),
    incomeTax: Type.Optional(Money),
    localTax: Type.Optional(Money),
    farmTax: Type.Optional(Money),
    net: Type.Optional(Money),
    refusal: Type.Optional(Refusal),
    totalNet: Type.Optional(Money),
    payouts: Type.Optional(Count),
    finalBalance: Type.Optional(Money),
  },
  { additionalProperties: false, minProperties: 1 },
);

const TaxGiven = strict({
  taxClass: enumOf(TAX_CLASSES),
  on: CalendarDate,
  gross: Won,
  treaty: Type.Optional(Treaty),
});

const TaxExpect = Type.Object(
  {
    incomeTax: Type.Optional(Won),
    localTax: Type.Optional(Won),
    farmTax: Type.Optional(Won),
    net: Type.Optional(Won),
  },
  { additionalProperties: false, minProperties: 1 },
);

const DayCountGiven = strict({ dayCount: enumOf(DAY_COUNT_WORDS), start: CalendarDate, end: CalendarDate });

const DECIMAL = '(0|[1-9][0-9]*)(\\.[0-9]+)?([eE]-?[0-9]{1,2})?';
const Decimal = Type.Unsafe<number | string>({
  type: ['number', 'string'],
  minimum: 0,
  pattern: `^${DECIMAL}$`,
  description: 'a plain decimal',
});
const YearFraction = Type.Unsafe<number | string>({
  type: ['number', 'string'],
  minimum: 0,
  pattern: `^(${DECIMAL}|(0|[1-9][0-9]*)/[1-9][0-9]*)$`,
  description: 'a fraction in lowest terms such as "11317/66795", or a decimal',
});
const DayCountExpect = Type.Object(
  {
    days: Type.Optional(Count),
    yearFraction: Type.Optional(YearFraction),
    tolerance: Type.Optional(Decimal),
  },
  { additionalProperties: false, minProperties: 1 },
);

const aboutTheRow = {
  id: Type.String({ minLength: 1, maxLength: 200, description: 'a text of 1 to 200 characters' }),
  title: Type.Optional(Type.String()),
  source: Type.Optional(Type.String()),
  note: Type.Optional(Type.String()),
};
const rowOf = <G extends TSchema, E extends TSchema>(given: G, expect: E, title: string) =>
  Type.Object({ ...aboutTheRow, given, expect }, { additionalProperties: false, title });

export const PayoutRow = rowOf(PayoutGiven, PayoutExpect, 'payout');
export type PayoutRow = Type.Static<typeof PayoutRow>;
export const TaxRow = rowOf(TaxGiven, TaxExpect, 'tax');
export type TaxRow = Type.Static<typeof TaxRow>;
export const DayCountRow = rowOf(DayCountGiven, DayCountExpect, 'day count');
export type DayCountRow = Type.Static<typeof DayCountRow>;

/** The published schema: one row. A `.json` file has one row or an array of rows, a `.jsonl` file one row a line. */
export const PUBLISHED_SCHEMA = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'A case of interest, withholding tax or day count',
  anyOf: [PayoutRow, TaxRow, DayCountRow],
};
