import type { FastifyInstance, FastifyRequest } from 'fastify';
import { type Caller, ON_BEHALF_OF } from '../caller.ts';
import type { VerifyCaller } from './callers.ts';
import { Refused } from './refused.ts';

/** Sets `request.caller` on every route of this scope, or answers 401. Two Authorization headers are refused: Node keeps the first in silence. */
export function authenticate(app: FastifyInstance, verify: VerifyCaller): void {
  app.decorateRequest('caller', null);
  // With a callback: a token that is known costs no promise.
  app.addHook('onRequest', (request, _reply, done) => {
    const repeated = repeatedHeader(request.raw.rawHeaders);
    if (repeated !== null)
      return done(new Refused('VALIDATION', { detail: `header ${repeated} appears more than once` }));
    const accept = (caller: Caller | null) => {
      request.caller = caller;
      done(caller === null ? new Refused('UNAUTHENTICATED') : undefined);
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
const ONCE_ONLY = ['authorization', 'idempotency-key', ON_BEHALF_OF];

/** The name of a header that says who asks what and came twice, in whatever case; null when there is none. */
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
