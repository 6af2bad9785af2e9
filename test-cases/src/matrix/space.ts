import { DAY_COUNT_WORDS, ROUNDING_MODES, TIER_MODES } from '../row/words.ts';

/** The position of a balance: a tier edge, and the distance in won. */
export const EDGES = [0, 1].flatMap((edge) => [-1n, 0n, 1n].map((away) => ({ edge, away })));

export const HOLDERS = [
  { taxClass: 'resident' },
  { taxClass: 'exempt' },
  { taxClass: 'preferential' },
  { taxClass: 'cooperative' },
  { taxClass: 'non-resident' },
  { taxClass: 'non-resident', treaty: { rate: '0.12', includesLocalTax: true } },
  { taxClass: 'non-resident', treaty: { rate: '0.12', includesLocalTax: false } },
  { taxClass: 'unconfirmed' },
  { taxClass: 'corporation' },
  {},
] as const;

/** No hold, each hold alone, and holds together. */
export const HOLDS_TOGETHER = [
  [],
  ['payment-stop'],
  ['seizure'],
  ['pledge'],
  ['deposit-stop'],
  ['withdrawal-stop'],
  ['deposit-stop', 'withdrawal-stop'],
  ['payment-stop', 'seizure', 'pledge'],
] as const;

/** The events in a period. Other balances than the one at the edge are shares of that balance, in percent. */
export type Situation = {
  name: string;
  /** The rows take the periods in turn, for different months and different years of the tax rules. */
  periods: readonly { from: string; to: string }[];
  /** Day after the start on which the balance moves to the edge from a share of it. Default: the balance is at the edge before. */
  movement?: { day: number; sharePercent: bigint; postedDaysLater?: number };
  /** Day after the start on which new rates are posted. */
  newRatesOn?: number;
  /** Low tier edges, so that no day earns a won. */
  tiny?: true;
  /** The account is opened on the first day. */
  opened?: true;
  repeatDaily?: true;
};

export const SITUATIONS: readonly Situation[] = [
  { name: 'first day after opening', periods: [{ from: '2026-07-01', to: '2026-07-02' }], opened: true },
  {
    name: 'leap day',
    periods: [
      { from: '2024-02-27', to: '2024-03-03' },
      { from: '2028-02-29', to: '2028-03-01' },
    ],
  },
  {
    name: 'year end',
    periods: [
      { from: '2025-12-20', to: '2026-01-10' },
      { from: '2024-12-30', to: '2025-01-02' },
      { from: '2026-12-28', to: '2027-01-05' },
      { from: '2027-12-31', to: '2028-01-01' },
    ],
  },
  {
    name: 'month end',
    periods: [
      { from: '2026-01-31', to: '2026-02-28' },
      { from: '2026-04-28', to: '2026-05-31' },
      { from: '2026-08-31', to: '2026-10-31' },
      { from: '2026-02-28', to: '2026-03-31' },
    ],
  },
  { name: 'rate change', periods: [{ from: '2026-05-01', to: '2026-06-15' }], newRatesOn: 19 },
  {
    name: 'many months',
    periods: [
      { from: '2024-11-05', to: '2026-04-20' },
      { from: '2025-03-31', to: '2026-11-19' },
    ],
    movement: { day: 100, sharePercent: 60n },
    newRatesOn: 200,
  },
  {
    name: 'sub-won days',
    periods: [
      { from: '2026-03-02', to: '2026-03-07' },
      { from: '2026-03-02', to: '2026-03-04' },
      { from: '2026-03-02', to: '2026-04-11' },
    ],
    tiny: true,
  },
  {
    name: 'deposit',
    periods: [{ from: '2026-06-03', to: '2026-06-23' }],
    movement: { day: 7, sharePercent: 40n },
  },
  {
    name: 'back-dated deposit',
    periods: [{ from: '2026-09-01', to: '2026-09-29' }],
    movement: { day: 9, sharePercent: 30n, postedDaysLater: 11 },
  },
  {
    name: 'back-dated withdrawal',
    periods: [{ from: '2026-10-02', to: '2026-10-30' }],
    movement: { day: 5, sharePercent: 170n, postedDaysLater: 8 },
  },
  { name: 'several payouts', periods: [{ from: '2026-11-02', to: '2026-11-06' }], repeatDaily: true },
];

export const SWITCHES = [true, false] as const;
export const MINIMA = [null, '1000'] as const;

/** Two tier edges and their rates, so that a balance can be in the lower, the middle and the upper tier. */
export const TABLE = {
  edges: [50_000_000n, 100_000_000n],
  tinyEdges: [6_000n, 9_000n],
  rates: ['0.023', '0.04', '0.001'],
  newRates: ['0.018', '0.031', '0.0025'],
  /** At these rates no day of a tiny balance earns a won. */
  tinyRates: ['0.02', '0.035', '0.001'],
} as const;

export const WORDS = {
  dayCounts: DAY_COUNT_WORDS,
  tierModes: TIER_MODES,
  roundings: ROUNDING_MODES,
} as const;
