import type { BankDate } from './calendar.ts';
import { type Fraction, parseDecimal } from './decimal.ts';
import { cutTax } from './rounding.ts';

/** The holder's class for withholding tax. `unknown` (residency not established) is never paid. */
export type TaxClass =
  | 'resident'
  | 'exempt'
  | 'preferential'
  | 'cooperative'
  | 'non-resident'
  | 'unconfirmed'
  | 'corporation'
  | 'unknown';

/** A tax of a share of its base, cut below a unit of won. */
type Levy = { rate: string; cutBelow: string };

/** The withholding of one tax class from a day on, with its law. Effective-dated data, not code. */
type TaxRule = {
  taxClass: Exclude<TaxClass, 'unknown'>;
  from: BankDate;
  /** Share of gross. */
  incomeTax: Levy;
  /** Share of the cut income tax. */
  localTax: Levy | null;
  /** Share of gross. */
  farmTax: Levy | null;
  /** Income tax below this many won is not withheld (corporations: 법인세법 73조). */
  incomeTaxAtLeast: string | null;
  source: string;
};

export type TaxRules = { version: string; rules: readonly TaxRule[] };

/** A treaty rate on file for a non-resident (소득세법 156조의6, 156조의8). */
export type Treaty = { rate: string; includesLocalTax: boolean };

export type TaxName = 'incomeTax' | 'localTax' | 'farmTax';
export type Taxes = Record<TaxName, bigint>;

/** One tax of one payout, for a person to check: `exact` is the base times the rate, `withheld` is the amount after the cut. */
export type TaxStep = {
  tax: TaxName;
  /** In won. */
  base: Fraction;
  rate: Fraction;
  exact: Fraction;
  cutBelow: bigint;
  withheld: bigint;
  source: string;
};

/** What is withheld, with the steps of each tax. */
export type Withholding = { taxes: Taxes; steps: readonly TaxStep[] };

/**
 * Tax to withhold from `gross` (in won, exact; whole won unless the product rounds finer) paid on a day, in won. Income tax is
 * cut first, and local tax is a share of the *cut* income tax (지방세법 103조의13), so a plain gross x 0.846 is wrong. The rule in
 * force is the latest one of the class from on or before the day; a missing rule is a fault of the rule data.
 */
export function withhold(
  rules: TaxRules,
  taxClass: TaxClass,
  treaty: Treaty | null,
  on: BankDate,
  gross: Fraction,
): Withholding {
  if (taxClass === 'unknown') return { taxes: { incomeTax: 0n, localTax: 0n, farmTax: 0n }, steps: [] };
  const { incomeTax: income, localTax: local, farmTax: farm, ...rule } = ruleInForce(rules, taxClass, on);
  const rate = treaty === null ? parseDecimal(income.rate) : incomeRateUnder(treaty);
  const incomeStep = levy('incomeTax', gross, rate, income.cutBelow, rule.source);
  if (rule.incomeTaxAtLeast !== null && incomeStep.withheld < BigInt(rule.incomeTaxAtLeast)) {
    incomeStep.withheld = 0n;
  }
  const steps = [incomeStep];
  if (local !== null) {
    steps.push(
      levy('localTax', whole(incomeStep.withheld), parseDecimal(local.rate), local.cutBelow, rule.source),
    );
  }
  if (farm !== null) steps.push(levy('farmTax', gross, parseDecimal(farm.rate), farm.cutBelow, rule.source));
  const withheld = (tax: TaxName): bigint => steps.find((step) => step.tax === tax)?.withheld ?? 0n;
  return {
    taxes: { incomeTax: withheld('incomeTax'), localTax: withheld('localTax'), farmTax: withheld('farmTax') },
    steps,
  };
}

/** A treaty rate that includes local tax leaves ten elevenths of it to income tax: local tax is a tenth on top. */
function incomeRateUnder(treaty: Treaty): Fraction {
  const { numerator, denominator } = parseDecimal(treaty.rate);
  return treaty.includesLocalTax
    ? { numerator: numerator * 10n, denominator: denominator * 11n }
    : { numerator, denominator };
}

function ruleInForce({ version, rules }: TaxRules, taxClass: TaxClass, on: BankDate): TaxRule {
  const inForce = rules
    .filter((rule) => rule.taxClass === taxClass && rule.from <= on)
    .reduce<TaxRule | null>((last, rule) => (last === null || rule.from > last.from ? rule : last), null);
  if (inForce === null) throw new RangeError(`tax rules ${version} have no rule for ${taxClass} on ${on}`);
  return inForce;
}

function levy(tax: TaxName, base: Fraction, rate: Fraction, cutBelow: string, source: string): TaxStep {
  const exact = {
    numerator: base.numerator * rate.numerator,
    denominator: base.denominator * rate.denominator,
  };
  const unit = BigInt(cutBelow);
  return { tax, base, rate, exact, cutBelow: unit, withheld: cutTax(exact, unit), source };
}

function whole(won: bigint): Fraction {
  return { numerator: won, denominator: 1n };
}
