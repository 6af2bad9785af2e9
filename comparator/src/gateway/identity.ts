import { type TokenTimes, VerifiedTokens } from '@core-exit/process/verified-tokens';
import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose';
import type { IdentityTerms } from '../operation.ts';

/** The verified customer of an Authorization header, or null: the legacy core then decides and answers 401 itself. */
export type SubjectOf = (authorization: string | undefined) => Promise<string | null>;

type Proof = TokenTimes & { subject: string | null };

/** `now`: milliseconds since the epoch. Tokens that fail are verified again each time, so they take no memory. */
export function subjectReader(jwks: JSONWebKeySet, terms: IdentityTerms, now: () => number): SubjectOf {
  const keys = createLocalJWKSet(jwks);
  const verified = new VerifiedTokens<Proof>(() => Math.floor(now() / 1_000));
  const options = {
    algorithms: [...terms.algorithms],
    issuer: terms.issuer,
    audience: terms.audience,
    requiredClaims: ['exp'],
  };
  return async (authorization) => {
    const [scheme, token, ...rest] = (authorization ?? '').split(' ');
    if (scheme?.toLowerCase() !== 'bearer' || !token || rest.length > 0) return null;
    const known = verified.find(token);
    if (known !== null) return known.subject;
    try {
      const { payload } = await jwtVerify(token, keys, { ...options, currentDate: new Date(now()) });
      const { exp = 0, nbf = null } = payload;
      const subject = terms.subject(payload);
      verified.keep(token, { subject, exp, nbf });
      return subject;
    } catch {
      return null; // forged, expired or malformed
    }
  };
}
