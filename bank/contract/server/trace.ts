import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

const TRACEPARENT = /^00-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/;

/** The trace id of a request (W3C Trace Context), or a new one. */
export function traceIdOf(headers: IncomingHttpHeaders): string {
  const given = headers['traceparent'];
  return (typeof given === 'string' && TRACEPARENT.exec(given)?.[1]) || randomUUID().replaceAll('-', ''); // drawn from a pool: a tenth of the cost of 16 random bytes
}
