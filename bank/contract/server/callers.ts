import { type TokenTimes, VerifiedTokens } from '@core-exit/process/verified-tokens';
import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose';
import { type Caller, CUSTOMER_ID_PATTERN, OPERATOR_SCOPE, REHEARSE_SCOPE, TOKEN } from '../caller.ts';

/** The claims of a verified token. */
type Proof = TokenTimes & { subject: string; scopes: string[] };

const CUSTOMER_ID = new RegExp(CUSTOMER_ID_PATTERN);

/** Returns the caller of a bearer token, or null if the token is not valid. For a token that was verified before there is no promise. */
export type VerifyCaller = (
  token: string,
  onBehalfOf: string | undefined,
) => Caller | null | Promise<Caller | null>;

/**
 * Verifies tokens against a key set. Only EdDSA is accepted, so that neither `none` nor a symmetric algorithm keyed with
 * the public key can pass. Issuer, audience and expiry are required. A token that was verified within the last minute is
 * not verified again, but its times are checked on each use.
 */
export function callerVerifier(jwks: JSONWebKeySet, now: () => number = Date.now): VerifyCaller {
  const keys = createLocalJWKSet(jwks);
  const verified = new VerifiedTokens<Proof>(() => Math.floor(now() / 1_000));
  const verify = async (token: string): Promise<Proof | null> => {
    try {
      const { payload } = await jwtVerify(token, keys, {
        algorithms: [TOKEN.algorithm],
        issuer: TOKEN.issuer,
        audience: TOKEN.audience,
        requiredClaims: ['sub', 'exp'],
        currentDate: new Date(now()),
      });
      const { sub: subject = '', exp = 0, nbf = null } = payload;
      const proof = { subject, scopes: scopesOf(payload['scope']), exp, nbf };
      verified.keep(token, proof);
      return proof;
    } catch {
      return null;
    }
  };
  return (token, onBehalfOf) => {
    const known = verified.find(token);
    if (known !== null) return callerOf(known, onBehalfOf);
    return verify(token).then((proof) => proof && callerOf(proof, onBehalfOf));
  };
}

function scopesOf(claim: unknown): string[] {
  return typeof claim === 'string' ? claim.split(' ') : [];
}

function callerOf({ subject, scopes }: Proof, onBehalfOf: string | undefined): Caller | null {
  if (scopes.includes(OPERATOR_SCOPE)) return { kind: 'operator', operatorId: subject };
  if (scopes.includes(REHEARSE_SCOPE)) {
    if (onBehalfOf !== undefined && !CUSTOMER_ID.test(onBehalfOf)) return null;
    return { kind: 'core', onBehalfOf: onBehalfOf ?? null };
  }
  return CUSTOMER_ID.test(subject) ? { kind: 'customer', customerId: subject } : null;
}
