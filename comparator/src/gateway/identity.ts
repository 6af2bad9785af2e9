import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose';
import type { IdentityTerms } from '../operation.ts';

/** Verified tokens remembered: verifying a signature costs 100 microseconds, and a customer asks more than once. */
const MAX_REMEMBERED = 10_000;

/** The verified customer behind an Authorization header, or null: then the legacy core decides and says 401 itself. */
export type SubjectOf = (authorization: string | undefined) => Promise<string | null>;

export function subjectReader(jwks: JSONWebKeySet, terms: IdentityTerms, now: () => number): SubjectOf {
  const keys = createLocalJWKSet(jwks);
  const remembered = new Map<string, { subject: string | null; expiresAt: number }>();
  const options = {
    algorithms: [...terms.algorithms],
    issuer: terms.issuer,
    audience: terms.audience,
    requiredClaims: ['exp'],
  };
  return async (authorization) => {
    const [scheme, token, ...rest] = (authorization ?? '').split(' ');
    if (scheme?.toLowerCase() !== 'bearer' || !token || rest.length > 0) return null;
    const known = remembered.get(token);
    if (known !== undefined && now() < known.expiresAt) return known.subject;
    try {
      const { payload } = await jwtVerify(token, keys, { ...options, currentDate: new Date(now()) });
      const subject = terms.subject(payload);
      const oldest = remembered.size >= MAX_REMEMBERED ? remembered.keys().next().value : undefined;
      if (oldest !== undefined) remembered.delete(oldest);
      remembered.set(token, { subject, expiresAt: (payload.exp ?? 0) * 1000 });
      return subject;
    } catch {
      return null; // forged, expired or malformed: not remembered, so that nobody fills the memory with them
    }
  };
}
