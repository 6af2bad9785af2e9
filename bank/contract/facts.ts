/**
 * Response header in which a core tells a core-to-core caller to which cell of the case space an account belongs, so
 * that evidence can be counted by cell. Never sent to a customer: tax class and standing are none of the answer's words.
 */
export const STRATUM_HEADER = 'x-stratum';

/** What decides the treatment of an account as of a basis, in the words of the domain. Names nobody. */
export type AccountFacts = {
  product: string;
  /** Position of the rate tier the balance falls in, from 1 on; `none`: no tier covers it. */
  tier: string;
  taxClass: string;
  customerStatus: string;
  accountStatus: string;
};

/** `product=DD365;tier=2;..`; what is no letter, digit, `.`, `-` or `_` is percent-encoded. */
export function factsText(facts: AccountFacts): string {
  return Object.entries(facts)
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join(';');
}
