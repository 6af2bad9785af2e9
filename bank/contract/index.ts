/** The HTTP contract that both cores answer. JSON; money and sequence numbers are strings. */
export * from './caller.ts';
export * from './core.ts';
export * from './explanation.ts';
export * from './facts.ts';
export * from './money.ts';
export * from './payout.ts';
export * from './problem.ts';
export * from './quote.ts';
export * from './reasons.ts';
export * from './refusal.ts';
export * from './reversal.ts';
export * from './tax-events.ts';

/** Route templates, as Fastify writes them. */
export const ROUTES = {
  quote: '/v1/accounts/:accountNo/interest',
  payouts: '/v1/accounts/:accountNo/interest-payouts',
  payout: '/v1/accounts/:accountNo/interest-payouts/:payoutId',
  rehearsals: '/v1/accounts/:accountNo/interest-payouts/rehearsals',
  reversal: '/v1/accounts/:accountNo/interest-payouts/:payoutId/reversal',
} as const;

export const ACCOUNT_NO_PATTERN = '^[0-9]{12}$';
/** 16 KiB: the largest valid body is under 200 bytes. */
export const BODY_LIMIT_BYTES = 16 * 1024;
