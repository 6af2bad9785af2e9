/**
 * Response header that carries the stratum of an account, so that evidence can be counted by stratum. A core sends the
 * header to core-to-core callers only, because tax class and status are not part of a customer's answer.
 */
export const STRATUM_HEADER = 'x-stratum';

/** The dimensions that decide how an account is treated as of a basis. They identify no customer. */
export type Stratum = {
  product: string;
  /** Position of the rate tier that holds the balance, counted from 1; `none` if no tier covers the balance. */
  tier: string;
  taxClass: string;
  customerStatus: string;
  accountStatus: string;
};
export type Dimension = keyof Stratum;

/** Every dimension, in the order of the header. */
export const DIMENSIONS = [
  'product',
  'tier',
  'taxClass',
  'customerStatus',
  'accountStatus',
] as const satisfies Dimension[];

/** Value of {@link STRATUM_HEADER}: `product=DD365;tier=2;..`. Characters other than letters, digits and `.-_~` are percent-encoded. */
export function writeStratum(stratum: Stratum): string {
  return DIMENSIONS.map((dimension) => `${dimension}=${encodeURIComponent(stratum[dimension])}`).join(';');
}

/** Reads the value of {@link STRATUM_HEADER}. A dimension that is absent or empty is not in the result. */
export function readStratum(header: string | undefined): Partial<Stratum> {
  const found = new URLSearchParams((header ?? '').replaceAll(';', '&'));
  const entries = DIMENSIONS.map((dimension) => [dimension, found.get(dimension) || undefined] as const);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}
