import type { FastifyRequest } from 'fastify';
import { IDEMPOTENCY_KEY_PATTERN } from '../payout.ts';
import { Refused } from './refused.ts';

const idempotencyKey = new RegExp(IDEMPOTENCY_KEY_PATTERN);

/** The key a writing request must carry, scoped to its caller. */
export function idempotencyKeyOf(request: FastifyRequest): string {
  const key = request.headers['idempotency-key'];
  if (typeof key === 'string' && idempotencyKey.test(key)) return key;
  throw new Refused('VALIDATION', {
    detail: 'header idempotency-key: 8 to 64 characters of A-Z a-z 0-9 . _ : - are required',
  });
}
