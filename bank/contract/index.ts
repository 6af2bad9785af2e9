/** The HTTP contract that both cores answer. JSON; money and sequence numbers are strings. */
export * from './account-no.ts';
export * from './caller.ts';
export * from './core.ts';
export * from './explanation.ts';
export * from './idempotency-key.ts';
export * from './money.ts';
export * from './payout.ts';
export * from './problem.ts';
export * from './quote.ts';
export * from './reasons.ts';
export * from './refusal.ts';
export * from './reversal.ts';
export * from './routes.ts';
export * from './stratum.ts';
export * from './tax-events.ts';
