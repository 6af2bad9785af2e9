import { exportJWK, generateKeyPair, SignJWT } from 'jose';

/** Issuer and audience of the tokens, as each service checks them. */
export const TOKEN_ISSUER = 'bank-auth';
export const TOKEN_AUDIENCE = 'interest-payout';
const ALGORITHM = 'EdDSA';
const DEFAULT_EXPIRY = '12h'; // a working day with the local stack

export type TokenClaims = {
  /** Id of a customer, or name of a service or an operator. */
  sub: string;
  /** Scopes with spaces between them; customers have none. */
  scope?: string;
  /** In the form of jose: `12h`, `-1m`; default 12 hours. */
  expiresIn?: string;
};

export type BankAuth = {
  /** The public keys as JSON text, for AUTH_JWKS. */
  readonly jwks: string;
  signToken(claims: TokenClaims): Promise<string>;
};

/** The bank's token issuer of one run, with a fresh Ed25519 key pair. */
export async function createBankAuth(kid = 'local-1'): Promise<BankAuth> {
  const { privateKey, publicKey } = await generateKeyPair(ALGORITHM, { crv: 'Ed25519' });
  const jwk = { ...(await exportJWK(publicKey)), kid, alg: ALGORITHM, use: 'sig' };
  return {
    jwks: JSON.stringify({ keys: [jwk] }),
    signToken: ({ sub, scope, expiresIn = DEFAULT_EXPIRY }) =>
      new SignJWT(scope === undefined ? {} : { scope })
        .setProtectedHeader({ alg: ALGORITHM, kid })
        .setIssuer(TOKEN_ISSUER)
        .setAudience(TOKEN_AUDIENCE)
        .setSubject(sub)
        .setIssuedAt()
        .setExpirationTime(expiresIn)
        .sign(privateKey),
  };
}
