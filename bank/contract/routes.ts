/** Route templates of the contract, as Fastify writes them. */
export const ROUTES = {
  quote: '/v1/accounts/:accountNo/interest',
  payouts: '/v1/accounts/:accountNo/interest-payouts',
  payout: '/v1/accounts/:accountNo/interest-payouts/:payoutId',
  rehearsals: '/v1/accounts/:accountNo/interest-payouts/rehearsals',
  reversal: '/v1/accounts/:accountNo/interest-payouts/:payoutId/reversal',
} as const;

/** 16 KiB: the largest valid body is under 200 bytes. */
export const BODY_LIMIT_BYTES = 16 * 1024;

/** Response header with the release of the core that answered, so that a comparison knows what it compared. */
export const CORE_VERSION_HEADER = 'core-version';
