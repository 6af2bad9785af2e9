import Type from 'typebox';

/** Won as a decimal string: no sign, no leading zeros, at most 19 digits. A JSON number would pass through a float. */
export const Won = Type.String({
  pattern: '^(0|[1-9][0-9]{0,18})$',
  description: 'Won, as a decimal string',
});

/** A position in an account's history, as a decimal string. */
export const LedgerSeq = Type.String({
  pattern: '^(0|[1-9][0-9]{0,18})$',
  description: 'Sequence number of an account entry, as a decimal string',
});

/** A calendar date of the bank (KST), `YYYY-MM-DD`. {@link isBankDate} checks that the date exists. */
export const BankDate = Type.String({ pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}$', description: 'KST date' });

/** An instant with its offset, e.g. `2026-01-02T00:00:00+09:00`. */
export const Instant = Type.String({ description: 'RFC 3339 instant' });

/** The exact state that an answer was computed from. Any core can recompute the answer from its basis at any later time. */
export const Basis = Type.Object(
  { businessDate: BankDate, ledgerSeq: LedgerSeq },
  { additionalProperties: false },
);
export type Basis = Type.Static<typeof Basis>;

/** Half-open `[from, to)`: the payout day starts the next period. */
export const Period = Type.Object({ from: BankDate, to: BankDate }, { additionalProperties: false });
export type Period = Type.Static<typeof Period>;

/** The interest of a period: `gross = incomeTax + localTax + farmTax + net`. */
export const amounts = {
  gross: Won,
  incomeTax: Won,
  localTax: Won,
  farmTax: Won,
  net: Won,
  currency: Type.Literal('KRW'),
};

/** A basis outside these years is a mistake. Further out, `expiresAt` has no RFC 3339 text. */
const FIRST_YEAR = '1900';
const LAST_YEAR = '2099';

/** Whether a text is a date that exists, within the years of this bank. */
export function isBankDate(text: string): boolean {
  if (text.slice(0, 4) < FIRST_YEAR || text.slice(0, 4) > LAST_YEAR) return false;
  const at = Date.parse(`${text}T00:00:00Z`);
  return Number.isFinite(at) && new Date(at).toISOString().startsWith(text);
}
