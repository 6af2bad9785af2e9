import type { CustomerWithToken, Service } from '@core-exit/local-stack/bench';
import autocannon from 'autocannon';
import { cpuUs } from '../process-usage.ts';

/** Enough to keep one Node process busy; more connections only make the queue longer. */
const CONNECTIONS = 32;

export type Load = { seconds: number } | { amount: number };
export type Measured = {
  perSecond: number;
  /** User and system time of the server's process, per request. */
  cpuMicroseconds: number;
  p50Ms: number;
  p99Ms: number;
  requests: number;
  /** Answers that were not 2xx, cut or timed out; there must be none. */
  failed: number;
};

/** Requests the quotes of all customers in turn; each connection has its own share of the customers. */
export async function measure(
  service: Service,
  customers: CustomerWithToken[],
  load: Load,
): Promise<Measured> {
  const shares = Array.from({ length: CONNECTIONS }, (_, i) =>
    customers.filter((_c, at) => at % CONNECTIONS === i),
  );
  let connection = 0;
  const before = cpuUs(service.pid);
  const result = await autocannon({
    url: service.url,
    connections: CONNECTIONS,
    ...('amount' in load ? { amount: load.amount, duration: 600 } : { duration: load.seconds }),
    setupClient(client) {
      const share = shares[connection++ % CONNECTIONS] ?? [];
      client.setRequests(share.map(requestFor));
    },
  });
  const spentUs = cpuUs(service.pid) - before;
  const requests = result['2xx'];
  return {
    perSecond: requests / result.duration,
    cpuMicroseconds: spentUs / requests,
    p50Ms: result.latency.p50,
    p99Ms: result.latency.p99,
    requests,
    failed: result.non2xx + result.errors + result.timeouts,
  };
}

export function requestFor({ accountNo, token }: CustomerWithToken) {
  const path = `/v1/accounts/${accountNo}/interest`;
  return { method: 'GET' as const, path, headers: { authorization: `Bearer ${token}` } };
}
