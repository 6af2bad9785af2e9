/** Issuer and audience of every bearer token; the only accepted algorithm is EdDSA (Ed25519). */
export const TOKEN = { issuer: 'bank-auth', audience: 'interest-payout', algorithm: 'EdDSA' } as const;

/** Scope of a core-to-core token: pinned quotes and rehearsals on behalf of a customer. It gives no right to pay. */
export const REHEARSE_SCOPE = 'core.rehearse';

/** Scope of a bank operator's token. */
export const OPERATOR_SCOPE = 'operator';

/** Names the customer a core-to-core caller acts for; honoured with {@link REHEARSE_SCOPE} only. */
export const ON_BEHALF_OF = 'on-behalf-of';

/** Who asks, once the token has been verified. */
export type Caller =
  | { kind: 'customer'; customerId: string }
  | { kind: 'core'; onBehalfOf: string | null }
  | { kind: 'operator'; operatorId: string };
