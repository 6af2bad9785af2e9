import { randomBytes } from 'node:crypto';

const TRACEPARENT = /^00-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/;

/** W3C trace context of one request. */
export type Trace = { traceId: string; traceparent: string };

/** The trace that a request came with, or a new one. Both cores get the same trace, so one id finds the lines of all logs. */
export function traceOf(
  header: string | string[] | undefined,
  random: (bytes: number) => Buffer = pooledBytes,
): Trace {
  const given = typeof header === 'string' ? TRACEPARENT.exec(header) : null;
  if (given?.[1] !== undefined) return { traceId: given[1], traceparent: given[0] };
  const traceId = random(16).toString('hex');
  return { traceId, traceparent: `00-${traceId}-${random(8).toString('hex')}-01` };
}

/** So many random bytes are drawn at once, because a draw for each request costs as much as the rest of its trace. */
const POOL_BYTES = 4_096;
let pool = Buffer.alloc(0);

function pooledBytes(bytes: number): Buffer {
  if (pool.length < bytes) pool = randomBytes(POOL_BYTES);
  const taken = pool.subarray(0, bytes);
  pool = pool.subarray(bytes);
  return taken;
}
