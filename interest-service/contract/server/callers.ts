import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose';
import { type Caller, OPERATOR_SCOPE, REHEARSE_SCOPE, TOKEN } from '../caller.ts';

const CUSTOMER_ID = /^C[0-9]{9}$/;

/** Says who a bearer token speaks for, or null when it proves nothing. */
export type VerifyCaller = (token: string, onBehalfOf: string | undefined) => Promise<Caller | null>;

/**
 * Verifies tokens against a key set. Only EdDSA is accepted, so neither `none` nor a symmetric algorithm keyed with
 * the public key can pass; issuer, audience and times are required.
 */
export function callerVerifier(jwks: JSONWebKeySet): VerifyCaller {
  const keys = createLocalJWKSet(jwks);
  return async (token, onBehalfOf) => {
    try {
      const { payload } = await jwtVerify(token, keys, {
        algorithms: [TOKEN.algorithm],
        issuer: TOKEN.issuer,
        audience: TOKEN.audience,
        requiredClaims: ['sub', 'exp'],
      });
      return callerOf(payload.sub ?? '', scopesOf(payload['scope']), onBehalfOf);
    } catch {
      return null;
    }
  };
}

function scopesOf(claim: unknown): string[] {
  return typeof claim === 'string' ? claim.split(' ') : [];
}

function callerOf(subject: string, scopes: string[], onBehalfOf: string | undefined): Caller | null {
  if (scopes.includes(OPERATOR_SCOPE)) return { kind: 'operator', operatorId: subject };
  if (scopes.includes(REHEARSE_SCOPE)) {
    if (onBehalfOf !== undefined && !CUSTOMER_ID.test(onBehalfOf)) return null;
    return { kind: 'core', onBehalfOf: onBehalfOf ?? null };
  }
  return CUSTOMER_ID.test(subject) ? { kind: 'customer', customerId: subject } : null;
}
