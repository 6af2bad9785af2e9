import { DAY_COUNT_WORDS, ROUNDING_MODES, TIER_MODES } from '../row/words.ts';

/** Where a balance lies: which tier edge, and how many won beside it. */
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

/** The words of a hold alone, none, and holds that meet. */
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

/** What happens in the days of a period. Balances other than the one at the edge are shares of it, in percent. */
export type Situation = {
  name: string;
  /** A row takes them in turn: other months, other years of the tax rules. */
  periods: readonly { from: string; to: string }[];
  /** Days after the start on which the balance comes to the edge, from a share of it; default: it is there before. */
  movement?: { day: number; sharePercent: bigint; postedDaysLater?: number };
  /** Days after the start on which new rates are posted. */
  newRatesOn?: number;
  /** Tier edges so low that no day earns a won. */
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

/** Tier edges and rates: two edges, so that a balance can lie in the lower, the middle and the upper tier. */
export const TABLE = {
  edges: [50_000_000n, 100_000_000n],
  tinyEdges: [6_000n, 9_000n],
  rates: ['0.023', '0.04', '0.001'],
  newRates: ['0.018', '0.031', '0.0025'],
  /** No day of the tiny balances earns a won at these. */
  tinyRates: ['0.02', '0.035', '0.001'],
} as const;

export const WORDS = {
  dayCounts: DAY_COUNT_WORDS,
  tierModes: TIER_MODES,
  roundings: ROUNDING_MODES,
} as const;
