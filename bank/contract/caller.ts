/** Issuer and audience of every bearer token. The only accepted algorithm is EdDSA (Ed25519). */
export const TOKEN = { issuer: 'bank-auth', audience: 'interest-payout', algorithm: 'EdDSA' } as const;

/** Scope of a core-to-core token: pinned quotes and rehearsals on behalf of a customer. The scope gives no right to pay. */
export const REHEARSE_SCOPE = 'core.rehearse';

/** Scope of a bank operator's token. */
export const OPERATOR_SCOPE = 'operator';

/** Request header that names the customer a core-to-core caller acts for. It counts with {@link REHEARSE_SCOPE} only. */
export const ON_BEHALF_OF = 'on-behalf-of';

export const CUSTOMER_ID_PATTERN = '^C[0-9]{9}$';

/** The caller that a verified token stands for. */
export type Caller =
  | { kind: 'customer'; customerId: string }
  | { kind: 'core'; onBehalfOf: string | null }
  | { kind: 'operator'; operatorId: string };
