import type { FastifyInstance, FastifyRequest } from 'fastify';
import { type Caller, ON_BEHALF_OF } from '../caller.ts';
import type { VerifyCaller } from './callers.ts';
import { Refused } from './refused.ts';

/** Sets `request.caller` on every route of this scope, or answers 401. Two Authorization headers are refused: Node keeps the first in silence. */
export function authenticate(app: FastifyInstance, verify: VerifyCaller): void {
  app.decorateRequest('caller', null);
  app.addHook('onRequest', async (request) => {
    refuseRepeated(request.raw.rawHeaders);
    const [scheme, token, ...rest] = (request.headers.authorization ?? '').split(' ');
    if (scheme?.toLowerCase() !== 'bearer' || !token || rest.length > 0) throw new Refused('UNAUTHENTICATED');
    const onBehalfOf = request.headers[ON_BEHALF_OF];
    request.caller = await verify(token, typeof onBehalfOf === 'string' ? onBehalfOf : undefined);
    if (request.caller === null) throw new Refused('UNAUTHENTICATED');
  });
}

const ONCE_ONLY = new Set(['authorization', 'idempotency-key', ON_BEHALF_OF]);

function refuseRepeated(rawHeaders: string[]): void {
  const seen = new Set<string>();
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = (rawHeaders[i] ?? '').toLowerCase();
    if (!ONCE_ONLY.has(name)) continue;
    if (seen.has(name)) throw new Refused('VALIDATION', { detail: `header ${name} appears more than once` });
    seen.add(name);
  }
}

/** The verified caller of a request inside an authenticated scope. */
export function callerOf(request: FastifyRequest): Caller {
  if (request.caller === null) throw new Error('route outside an authenticated scope');
  return request.caller;
}

declare module 'fastify' {
  interface FastifyRequest {
    caller: Caller | null;
  }
}
