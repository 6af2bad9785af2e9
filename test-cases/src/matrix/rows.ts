import { addDays } from '../row/dates.ts';
import type { PayoutRow } from '../row/row.ts';
import { ACCOUNT_STATUSES, CUSTOMER_STATUSES } from '../row/words.ts';
import { allPairs } from './pairs.ts';
import { EDGES, HOLDERS, HOLDS_TOGETHER, MINIMA, SITUATIONS, SWITCHES, TABLE, WORDS } from './space.ts';

/** A combination of the case space: one value of each dimension. */
type Combination = {
  dayCount: (typeof WORDS.dayCounts)[number];
  tierMode: (typeof WORDS.tierModes)[number];
  rounding: (typeof WORDS.roundings)[number];
  minimum: (typeof MINIMA)[number];
  corporateAllowed: boolean;
  paysUnderWithdrawalStop: boolean;
  edge: (typeof EDGES)[number];
  holder: (typeof HOLDERS)[number];
  customerStatus: (typeof CUSTOMER_STATUSES)[number];
  accountStatus: (typeof ACCOUNT_STATUSES)[number];
  holds: (typeof HOLDS_TOGETHER)[number];
  situation: (typeof SITUATIONS)[number];
};

const DIMENSIONS = {
  dayCount: WORDS.dayCounts,
  tierMode: WORDS.tierModes,
  rounding: WORDS.roundings,
  minimum: MINIMA,
  corporateAllowed: SWITCHES,
  paysUnderWithdrawalStop: SWITCHES,
  edge: EDGES,
  holder: HOLDERS,
  customerStatus: CUSTOMER_STATUSES,
  accountStatus: ACCOUNT_STATUSES,
  holds: HOLDS_TOGETHER,
  situation: SITUATIONS,
} as const satisfies { [D in keyof Combination]: readonly Combination[D][] };

export type Input = Omit<PayoutRow, 'expect'>;

/**
 * The inputs of the matrix, in a fixed order. First all pairs of values; then every combination of statuses and holds; then, for
 * accounts that may be paid, every tier edge with every holder, day situation and day count. The other dimensions of a
 * block take their values in turn.
 */
export function inputs(): Input[] {
  return [...pairCombinations(), ...standingCombinations(), ...payableCombinations()].map((combination, i) =>
    inputOf(combination, i),
  );
}

const NAMES = Object.keys(DIMENSIONS) as (keyof Combination)[];

function pairCombinations(): Combination[] {
  const sizes = NAMES.map((name) => DIMENSIONS[name].length);
  return allPairs(sizes).map(
    (choice) =>
      Object.fromEntries(NAMES.map((name, d) => [name, DIMENSIONS[name][choice[d] ?? 0]])) as Combination,
  );
}

function standingCombinations(): Combination[] {
  const combinations: Combination[] = [];
  for (const customerStatus of CUSTOMER_STATUSES) {
    for (const accountStatus of ACCOUNT_STATUSES) {
      for (const holds of HOLDS_TOGETHER) {
        for (const paysUnderWithdrawalStop of SWITCHES) {
          const turn = combinations.length;
          combinations.push({
            customerStatus,
            accountStatus,
            holds,
            paysUnderWithdrawalStop,
            corporateAllowed: turn % 3 === 0,
            minimum: inTurn(MINIMA, Math.floor(turn / 2)),
            dayCount: inTurn(WORDS.dayCounts, turn),
            tierMode: inTurn(WORDS.tierModes, Math.floor(turn / 4)),
            rounding: inTurn(WORDS.roundings, turn),
            edge: inTurn(EDGES, turn),
            holder: inTurn(HOLDERS, Math.floor(turn / 3)),
            situation: inTurn(SITUATIONS, turn),
          });
        }
      }
    }
  }
  return combinations;
}

function payableCombinations(): Combination[] {
  const combinations: Combination[] = [];
  for (const situation of SITUATIONS) {
    for (const edge of EDGES) {
      for (const holder of HOLDERS) {
        for (const dayCount of WORDS.dayCounts) {
          const turn = combinations.length;
          combinations.push({
            dayCount,
            situation,
            edge,
            holder,
            tierMode: inTurn(WORDS.tierModes, turn),
            rounding: inTurn(WORDS.roundings, Math.floor(turn / 2)),
            minimum: null,
            corporateAllowed: true,
            paysUnderWithdrawalStop: turn % 7 === 0,
            customerStatus: 'active',
            accountStatus: turn % 5 === 0 ? 'limited' : 'active',
            holds: [],
          });
        }
      }
    }
  }
  return combinations;
}

function inTurn<T>(values: readonly T[], turn: number): T {
  return values[turn % values.length] as T;
}

/** Rates are posted since long before every period. */
const FIRST_RATES = '2020-01-01';
/** An account is opened so many days before its period, unless the row is about the first day. */
const OPENED_BEFORE = 20;

function inputOf(combination: Combination, index: number): Input {
  const { situation, holder } = combination;
  const period = inTurn(situation.periods, index);
  return {
    id: `matrix-${String(index + 1).padStart(4, '0')}`,
    title: titleOf(combination),
    source: 'matrix: the answer on which the two independent cores agree',
    given: {
      product: productOf(combination, period),
      balances: balancesOf(combination, period),
      period,
      ...holder,
      customerStatus: combination.customerStatus,
      accountStatus: combination.accountStatus,
      holds: [...combination.holds],
      ...(situation.repeatDaily === true && { repeatDaily: true }),
    },
  };
}

type Given = PayoutRow['given'];

function productOf(combination: Combination, period: Given['period']): Given['product'] {
  const { situation } = combination;
  const tables = [{ from: FIRST_RATES, rates: situation.tiny === true ? TABLE.tinyRates : TABLE.rates }];
  const edges = edgesOf(combination);
  const newRates =
    situation.newRatesOn === undefined
      ? []
      : [{ from: addDays(period.from, situation.newRatesOn), rates: TABLE.newRates }];
  return {
    dayCount: combination.dayCount,
    tiers: combination.tierMode,
    rounding: { scale: 0, mode: combination.rounding },
    rates: [...tables, ...newRates].map(({ from, rates }) => ({
      from,
      tiers: rates.map((annualRate, i) => ({
        upTo: edges[i] === undefined ? null : String(edges[i]),
        annualRate,
      })),
    })),
    ...(combination.minimum !== null && { minimumPayable: combination.minimum }),
    corporateAllowed: combination.corporateAllowed,
    paysUnderWithdrawalStop: combination.paysUnderWithdrawalStop,
  };
}

const edgesOf = ({ situation }: Combination): readonly bigint[] =>
  situation.tiny === true ? TABLE.tinyEdges : TABLE.edges;

function balancesOf(combination: Combination, period: Given['period']): Given['balances'] {
  const { situation, edge } = combination;
  const atEdge = (edgesOf(combination)[edge.edge] ?? 0n) + edge.away;
  const first = situation.opened === true ? period.from : addDays(period.from, -OPENED_BEFORE);
  const { movement } = situation;
  if (movement === undefined) return [{ from: first, closing: String(atEdge) }];
  const day = addDays(period.from, movement.day);
  return [
    { from: first, closing: String((atEdge * movement.sharePercent) / 100n) },
    {
      from: day,
      closing: String(atEdge),
      ...(movement.postedDaysLater !== undefined && { postedOn: addDays(day, movement.postedDaysLater) }),
    },
  ];
}

function titleOf({ situation, edge, holder, ...combination }: Combination): string {
  const beside = edge.away === 0n ? 'at' : edge.away < 0n ? 'one won below' : 'one won above';
  const treaty =
    'treaty' in holder ? ` (treaty, local tax ${holder.treaty.includesLocalTax ? 'inside' : 'on top'})` : '';
  const standing = [combination.customerStatus, combination.accountStatus, ...combination.holds]
    .filter((word) => word !== 'active')
    .join(', ');
  return `${situation.name}; ${beside} tier edge ${edge.edge + 1}; ${'taxClass' in holder ? holder.taxClass : 'interest only'}${treaty}; ${combination.dayCount} ${combination.tierMode} ${combination.rounding}${standing === '' ? '' : `; ${standing}`}`;
}
