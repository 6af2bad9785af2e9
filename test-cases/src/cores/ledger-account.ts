import { addDays, daysBetween } from '../row/dates.ts';
import { decimalsOf, unitsOf } from '../row/exact.ts';
import { balancesInForce, type Case, type PayoutRow, productOf, standingOf, treatyOf } from '../row/row.ts';

/** An account of the won ledger with which a core answers a row. */
export type LedgerAccount = {
  product: LedgerProduct;
  openedOn: string;
  standing: LedgerStanding;
  movements: Movement[];
  /** Day of a receipt that is booked before the first request; null for none. */
  paidOn: string | null;
  /** Business date of the request. */
  businessDate: string;
};

export type LedgerProduct = {
  dayCount: string;
  tiers: string;
  roundingMode: string;
  minimumPayable: string;
  corporateAllowed: boolean;
  paysUnderWithdrawalStop: boolean;
  rates: { from: string; tiers: { upTo: string | null; annualRate: string }[] }[];
};

type LedgerStanding = {
  accountStatus: string;
  customerStatus: string;
  taxClass: string;
  treaty: { rate: string; includesLocalTax: boolean } | null;
  holds: readonly string[];
};

/** In the order of posting. */
type Movement = { amount: bigint; valueDate: string; postedOn: string };

/** Why a won ledger cannot hold a row. The row is reported and counted as skipped. */
export type Unsupported = { reason: string };

/** Amounts of the ledger are bigint; the legacy core keeps 18 digits. */
const MOST_WON = 999_999_999_999_999_999n;
const FIRST_DAY = '1900-01-01';
const LAST_DAY = '2199-12-31';
/** 100 years from the opening. The legacy core knows no basis after them. */
const MOST_DAYS = 36_525;
const RATE_DECIMALS = 6;
/** Both cores have withholding rules from this day on. For earlier days a row can only be about interest. */
const FIRST_TAXED_DAY = '2013-01-01';

const PLAIN: LedgerStanding = {
  accountStatus: 'active',
  customerStatus: 'active',
  taxClass: 'exempt',
  treaty: null,
  holds: [],
};

/** The account of a row. */
export function accountOf(one: Case): LedgerAccount | Unsupported {
  const account =
    one.kind === 'payout'
      ? payoutAccount(one.row)
      : one.kind === 'tax'
        ? taxAccount(one.row)
        : dayCountAccount(one.row);
  if ('reason' in account) return account;
  return unsupported(account) ?? account;
}

function unsupported({
  product,
  movements,
  openedOn,
  businessDate,
  standing,
}: LedgerAccount): Unsupported | null {
  const days = [
    openedOn,
    businessDate,
    ...movements.map(({ valueDate }) => valueDate),
    ...product.rates.map(({ from }) => from),
  ];
  const tiers = product.rates.flatMap((table) => table.tiers);
  const turnover = movements.reduce((sum, { amount }) => sum + (amount < 0n ? -amount : amount), 0n);
  const reasons: [boolean, string][] = [
    [
      turnover > MOST_WON || tiers.some(({ upTo }) => BigInt(upTo ?? '0') > MOST_WON),
      'amounts of more than 18 digits',
    ],
    [days.some((day) => day < FIRST_DAY || day > LAST_DAY), 'days outside 1900 to 2199'],
    [daysBetween(openedOn, businessDate) > MOST_DAYS, 'a period of more than 100 years'],
    [
      tiers.some(({ annualRate }) => decimalsOf(annualRate) > RATE_DECIMALS),
      'a rate of more than six decimals',
    ],
    [tiers.some(({ annualRate }) => !annualRate.startsWith('0')), 'a rate of 100 % or more'],
    [tiers.some(({ upTo }) => upTo === '0'), 'a tier that ends at zero'],
    [
      standing.treaty !== null && decimalsOf(standing.treaty.rate) > 4,
      'a treaty rate of more than four decimals',
    ],
    [BigInt(product.minimumPayable) < 1n, 'a minimum payable of zero'],
    [standing.taxClass !== 'unknown' && businessDate < FIRST_TAXED_DAY, 'withholding tax before 2013'],
  ];
  const found = reasons.find(([holds]) => holds);
  return found === undefined ? null : { reason: `the ledger does not hold ${found[1]}` };
}

function payoutAccount(row: PayoutRow): LedgerAccount | Unsupported {
  const product = productOf(row);
  const { period, taxClass, paidToday, repeatDaily } = row.given;
  if (product.rounding.scale > 0) return { reason: 'a won ledger has no decimals (rounding.scale above 0)' };
  const asksInterestOnly = taxClass === undefined && period.to < FIRST_TAXED_DAY;
  if (asksInterestOnly && (row.expect.refusal !== undefined || repeatDaily === true)) {
    return { reason: 'the ledger does not hold payouts before 2013' };
  }
  return {
    product: {
      dayCount: product.dayCount,
      tiers: product.tiers,
      roundingMode: product.rounding.mode,
      minimumPayable: product.minimumPayable ?? '1',
      corporateAllowed: product.corporateAllowed,
      paysUnderWithdrawalStop: product.paysUnderWithdrawalStop,
      rates: product.rates,
    },
    openedOn: paidToday === true ? addDays(period.from, -1) : period.from,
    standing: {
      ...standingOf(row),
      taxClass: taxClass ?? (asksInterestOnly ? 'unknown' : 'exempt'),
      treaty: treatyOf(row.given),
    },
    movements: movementsOf(row),
    paidOn: paidToday === true ? period.to : null,
    businessDate: period.to,
  };
}

function movementsOf(row: PayoutRow): Movement[] {
  return balancesInForce(row)
    .map(({ from, closing, postedOn }, i, all) => ({
      amount: unitsOf(closing, 0) - unitsOf(all[i - 1]?.closing ?? '0', 0),
      valueDate: from,
      postedOn: postedOn ?? from,
    }))
    .filter(({ amount }) => amount !== 0n)
    .toSorted((a, b) => (a.postedOn < b.postedOn ? -1 : a.postedOn > b.postedOn ? 1 : 0));
}

const plainProduct = (dayCount: string): LedgerProduct => ({
  dayCount,
  tiers: 'slice',
  roundingMode: 'floor',
  minimumPayable: '1',
  corporateAllowed: true,
  paysUnderWithdrawalStop: false,
  rates: [{ from: FIRST_DAY, tiers: [{ upTo: null, annualRate: '0.5' }] }],
});

/** One day at a rate of one half on ACT/365F of 730 times the gross earns the gross itself. */
function taxAccount({ given }: Extract<Case, { kind: 'tax' }>['row']): LedgerAccount {
  const openedOn = addDays(given.on, -1);
  const balance = BigInt(given.gross) * 730n;
  return {
    product: plainProduct('ACT/365F'),
    openedOn,
    standing: { ...PLAIN, taxClass: given.taxClass, treaty: treatyOf(given) },
    movements: balance === 0n ? [] : [{ amount: balance, valueDate: openedOn, postedOn: openedOn }],
    paidOn: null,
    businessDate: given.on,
  };
}

/** Least common multiple of 360, 365 and 366, so every year fraction is whole over this number. */
const FRACTIONS = 1_603_080n;
/** Makes a small error of a division visible. */
const MAGNIFIED = 1_000_000n;

/** At a rate of one half on this balance the gross is the year fraction, magnified. */
function dayCountAccount({ given }: Extract<Case, { kind: 'day count' }>['row']): LedgerAccount {
  return {
    product: plainProduct(given.dayCount),
    openedOn: given.start,
    standing: { ...PLAIN, taxClass: 'unknown' },
    movements: [{ amount: 2n * FRACTIONS * MAGNIFIED, valueDate: given.start, postedOn: given.start }],
    paidOn: null,
    businessDate: given.end,
  };
}

export const fractionOf = (gross: string) => ({
  numerator: BigInt(gross),
  denominator: FRACTIONS * MAGNIFIED,
});
