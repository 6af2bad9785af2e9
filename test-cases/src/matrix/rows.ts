import { addDays } from '../row/dates.ts';
import type { PayoutRow } from '../row/row.ts';
import { ACCOUNT_STATUSES, CUSTOMER_STATUSES } from '../row/words.ts';
import { allPairs } from './pairs.ts';
import { EDGES, HOLDERS, HOLDS_TOGETHER, MINIMA, SITUATIONS, SWITCHES, TABLE, WORDS } from './space.ts';

/** A cell of the case space: one value of each dimension. */
type Cell = {
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
} as const satisfies { [D in keyof Cell]: readonly Cell[D][] };

export type Question = Omit<PayoutRow, 'expect'>;

/**
 * The inputs of the matrix, in a fixed order. First all pairs of everything; then every meeting of statuses and holds;
 * then, for accounts that may be paid, every tier edge with every holder, day situation and day count. Dimensions
 * that a block does not cross take turns.
 */
export function questions(): Question[] {
  return [...pairCells(), ...standingCells(), ...payableCells()].map((cell, i) => questionOf(cell, i));
}

const NAMES = Object.keys(DIMENSIONS) as (keyof Cell)[];

function pairCells(): Cell[] {
  const sizes = NAMES.map((name) => DIMENSIONS[name].length);
  return allPairs(sizes).map(
    (choice) => Object.fromEntries(NAMES.map((name, d) => [name, DIMENSIONS[name][choice[d] ?? 0]])) as Cell,
  );
}

function standingCells(): Cell[] {
  const cells: Cell[] = [];
  for (const customerStatus of CUSTOMER_STATUSES) {
    for (const accountStatus of ACCOUNT_STATUSES) {
      for (const holds of HOLDS_TOGETHER) {
        for (const paysUnderWithdrawalStop of SWITCHES) {
          const turn = cells.length;
          cells.push({
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
  return cells;
}

function payableCells(): Cell[] {
  const cells: Cell[] = [];
  for (const situation of SITUATIONS) {
    for (const edge of EDGES) {
      for (const holder of HOLDERS) {
        for (const dayCount of WORDS.dayCounts) {
          const turn = cells.length;
          cells.push({
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
  return cells;
}

function inTurn<T>(values: readonly T[], turn: number): T {
  return values[turn % values.length] as T;
}

/** Rates have been posted since long before every period. */
const FIRST_RATES = '2020-01-01';
/** Days before its first day on which an account was opened, unless the row is about that day. */
const OPENED_BEFORE = 20;

function questionOf(cell: Cell, index: number): Question {
  const { situation, holder } = cell;
  const period = inTurn(situation.periods, index);
  return {
    id: `matrix-${String(index + 1).padStart(4, '0')}`,
    title: titleOf(cell),
    source: 'matrix: the answer on which the two independent cores agree',
    given: {
      product: productOf(cell, period),
      balances: balancesOf(cell, period),
      period,
      ...holder,
      customerStatus: cell.customerStatus,
      accountStatus: cell.accountStatus,
      holds: [...cell.holds],
      ...(situation.repeatDaily === true && { repeatDaily: true }),
    },
  };
}

type Given = PayoutRow['given'];

function productOf(cell: Cell, period: Given['period']): Given['product'] {
  const { situation } = cell;
  const tables = [{ from: FIRST_RATES, rates: situation.tiny === true ? TABLE.tinyRates : TABLE.rates }];
  const edges = edgesOf(cell);
  const newRates =
    situation.newRatesOn === undefined
      ? []
      : [{ from: addDays(period.from, situation.newRatesOn), rates: TABLE.newRates }];
  return {
    dayCount: cell.dayCount,
    tiers: cell.tierMode,
    rounding: { scale: 0, mode: cell.rounding },
    rates: [...tables, ...newRates].map(({ from, rates }) => ({
      from,
      tiers: rates.map((annualRate, i) => ({
        upTo: edges[i] === undefined ? null : String(edges[i]),
        annualRate,
      })),
    })),
    ...(cell.minimum !== null && { minimumPayable: cell.minimum }),
    corporateAllowed: cell.corporateAllowed,
    paysUnderWithdrawalStop: cell.paysUnderWithdrawalStop,
  };
}

const edgesOf = ({ situation }: Cell): readonly bigint[] =>
  situation.tiny === true ? TABLE.tinyEdges : TABLE.edges;

function balancesOf(cell: Cell, period: Given['period']): Given['balances'] {
  const { situation, edge } = cell;
  const atEdge = (edgesOf(cell)[edge.edge] ?? 0n) + edge.away;
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

function titleOf({ situation, edge, holder, ...cell }: Cell): string {
  const beside = edge.away === 0n ? 'at' : edge.away < 0n ? 'one won below' : 'one won above';
  const treaty =
    'treaty' in holder ? ` (treaty, local tax ${holder.treaty.includesLocalTax ? 'inside' : 'on top'})` : '';
  const standing = [cell.customerStatus, cell.accountStatus, ...cell.holds]
    .filter((word) => word !== 'active')
    .join(', ');
  return `${situation.name}; ${beside} tier edge ${edge.edge + 1}; ${'taxClass' in holder ? holder.taxClass : 'interest only'}${treaty}; ${cell.dayCount} ${cell.tierMode} ${cell.rounding}${standing === '' ? '' : `; ${standing}`}`;
}
