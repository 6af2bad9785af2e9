import { formatFraction, type Interest } from '@core-exit/interest-service/domain';
import { moneyOf } from '../row/exact.ts';

/** How an amount came about, for a person who checks a failed row by hand. */
export function explain(interest: Partial<Interest> & Pick<Interest, 'taxSteps'>, scale: number): string {
  const { accrual, gross } = interest;
  const lines = (accrual?.segments ?? []).map(
    ({ from, to, balance, numerator }) =>
      `[${from}, ${to}) on ${balance}: ${formatFraction({ numerator, denominator: accrual?.denominator ?? 1n })}`,
  );
  if (accrual !== undefined && gross !== undefined)
    lines.push(`exact ${formatFraction(accrual)}, gross ${moneyOf(gross, scale)}`);
  for (const { tax, base, rate, exact, withheld, source } of interest.taxSteps) {
    lines.push(
      `${tax}: ${formatFraction(rate)} of ${formatFraction(base)} = ${formatFraction(exact)} -> ${withheld} (${source})`,
    );
  }
  return lines.join('\n');
}
