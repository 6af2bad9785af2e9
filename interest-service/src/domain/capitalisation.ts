import { type BankDate, endOfMonth } from './calendar.ts';
import type { ProductTerms } from './product.ts';

/** Whether a date is the product's posting day. In a shorter month, the last day is the posting day. Null: never. */
export function isCapitalisationDay(
  { capitalisationDay }: Pick<ProductTerms, 'capitalisationDay'>,
  date: BankDate,
): boolean {
  if (capitalisationDay === null) return false;
  const last = Number(endOfMonth(date).slice(8));
  return Number(date.slice(8)) === Math.min(capitalisationDay, last);
}
