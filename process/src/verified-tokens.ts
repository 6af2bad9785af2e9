import { hash } from 'node:crypto';

/** The times of a verified token, in seconds since the epoch, as in the token; a room adds what else the token proved. */
export type TokenTimes = { exp: number; nbf: number | null };

/** To verify a signature costs about 100 µs of a core, and a customer sends the same token several times a visit. */
const KEPT_FOR_SECONDS = 60;
/** About 3 MB. With more callers than this in a minute, the oldest tokens are verified again. */
const MAX_KEPT = 10_000;

/**
 * Proofs of tokens that were verified within the last minute. The key is the hash of the whole signed token, so only the
 * same token finds its proof, and a memory dump contains no usable token. Only verified tokens are kept.
 * A withdrawn signing key still counts for up to a minute.
 */
export class VerifiedTokens<Proof extends TokenTimes> {
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

function isTimely({ exp, nbf }: TokenTimes, now: number): boolean {
  return exp > now && (nbf === null || nbf <= now);
}

const keyOf = (token: string): string => hash('sha256', token, 'base64');
