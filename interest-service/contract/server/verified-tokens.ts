import { hash } from 'node:crypto';

/** What a verified token proved. Times are seconds since the epoch, as in the token. */
export type Proof = { subject: string; scopes: string[]; exp: number; nbf: number | null };

/** Verifying costs about 100 µs of a core; one customer asks several times in a visit, a gateway all the time. */
const KEPT_FOR_SECONDS = 60;
/** About 3 MB. With more callers than this in a minute the oldest are verified again. */
const MAX_KEPT = 10_000;

/**
 * Proofs of tokens that were verified not long ago, under the hash of the whole token: whoever has not sent the same
 * signed token finds nothing, and a dump of the memory holds no token that could be used. Only what was verified gets in.
 * A withdrawn signing key is still honoured for up to a minute.
 */
export class VerifiedTokens {
  readonly #kept = new Map<string, { proof: Proof; until: number }>();
  readonly #nowSeconds: () => number;

  constructor(nowSeconds: () => number) {
    this.#nowSeconds = nowSeconds;
  }

  /** The proof, if the token was verified in the last minute and is valid at this moment. */
  find(token: string): Proof | null {
    const key = keyOf(token);
    const found = this.#kept.get(key);
    if (found === undefined) return null;
    const now = this.#nowSeconds();
    if (found.until > now && isTimely(found.proof, now)) return found.proof;
    this.#kept.delete(key);
    return null;
  }

  keep(token: string, proof: Proof): void {
    const now = this.#nowSeconds();
    if (!isTimely(proof, now)) return;
    const [oldest] = this.#kept.keys();
    if (oldest !== undefined && this.#kept.size >= MAX_KEPT) this.#kept.delete(oldest);
    this.#kept.set(keyOf(token), { proof, until: now + KEPT_FOR_SECONDS });
  }

  get size(): number {
    return this.#kept.size;
  }
}

function isTimely({ exp, nbf }: Proof, now: number): boolean {
  return exp > now && (nbf === null || nbf <= now);
}

const keyOf = (token: string): string => hash('sha256', token, 'base64');
