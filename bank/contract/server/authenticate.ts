import type { FastifyInstance, FastifyRequest } from 'fastify';
import { type Caller, ON_BEHALF_OF } from '../caller.ts';
import { IDEMPOTENCY_KEY_HEADER } from '../idempotency-key.ts';
import type { VerifyCaller } from './callers.ts';
import { ProblemError } from './problems.ts';

/**
 * Sets `request.caller` on every route of this scope, or answers 401. A request with two Authorization headers is refused,
 * because Node would keep the first one without a warning.
 */
export function authenticate(app: FastifyInstance, verify: VerifyCaller): void {
  app.decorateRequest('caller', null);
  // The hook takes a callback, so that a token that is already verified costs no promise.
  app.addHook('onRequest', (request, _reply, done) => {
    const repeated = repeatedHeader(request.raw.rawHeaders);
    if (repeated !== null)
      return done(new ProblemError('VALIDATION', { detail: `header ${repeated} appears more than once` }));
    const accept = (caller: Caller | null) => {
      request.caller = caller;
      done(caller === null ? new ProblemError('UNAUTHENTICATED') : undefined);
    };
    const token = BEARER.exec(request.headers.authorization ?? '')?.[1];
    if (token === undefined) return accept(null);
    const onBehalfOf = request.headers[ON_BEHALF_OF];
    const caller = verify(token, typeof onBehalfOf === 'string' ? onBehalfOf : undefined);
    if (caller instanceof Promise) void caller.then(accept, done);
    else accept(caller);
  });
}

const BEARER = /^bearer ([^ ]+)$/i;
/** Headers that identify the caller or the call. */
const ONCE_ONLY = ['authorization', IDEMPOTENCY_KEY_HEADER, ON_BEHALF_OF];

/** The first of these headers that the request has twice, in any case of its letters; null if there is none. */
function repeatedHeader(rawHeaders: string[]): string | null {
  for (const name of ONCE_ONLY) {
    let times = 0;
    for (let i = 0; i < rawHeaders.length; i += 2) {
      const given = rawHeaders[i] ?? '';
      if (given.length === name.length && given.toLowerCase() === name) times += 1;
    }
    if (times > 1) return name;
  }
  return null;
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
