import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { thingService } from './thing-service.ts';

const ALGORITHM = 'EdDSA';

/** Signs tokens of customers for the service of things. */
export type TokenIssuer = {
  /** The public keys as JSON text, for AUTH_JWKS. */
  jwks: string;
  tokenOf(subject: string): Promise<string>;
};

export async function createTokenIssuer(): Promise<TokenIssuer> {
  const { issuer, audience } = thingService.identity;
  const { privateKey, publicKey } = await generateKeyPair(ALGORITHM, { crv: 'Ed25519' });
  const tokens = new Map<string, Promise<string>>();
  const sign = (subject: string) =>
    new SignJWT()
      .setProtectedHeader({ alg: ALGORITHM })
      .setSubject(subject)
      .setIssuer(issuer)
      .setAudience(audience)
      .setIssuedAt()
      .setExpirationTime('1h')
      .sign(privateKey);
  return {
    jwks: JSON.stringify({ keys: [await exportJWK(publicKey)] }),
    tokenOf(subject) {
      const token = tokens.get(subject) ?? sign(subject);
      tokens.set(subject, token);
      return token;
    },
  };
}
