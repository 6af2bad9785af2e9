import { readFileSync } from 'node:fs';
import autocannon from 'autocannon';
import type { CustomerWithToken } from '../../local-stack/src/bank/customers.ts';
import type { Service } from '../../local-stack/src/bank/service.ts';

/** Enough to keep one Node process busy all the time; more only makes the queue longer. */
const CONNECTIONS = 32;

export type Load = { seconds: number } | { amount: number };
export type Measured = {
  perSecond: number;
  /** Of the server's process, user and system, by request. */
  cpuMicroseconds: number;
  p50Ms: number;
  p99Ms: number;
  requests: number;
  /** Not 2xx, cut or timed out: must be none. */
  failed: number;
};

/** Asks for the quotes of all customers in turn, each connection its own share of them. */
export async function measure(
  service: Service,
  customers: CustomerWithToken[],
  load: Load,
): Promise<Measured> {
  const shares = Array.from({ length: CONNECTIONS }, (_, i) =>
    customers.filter((_c, at) => at % CONNECTIONS === i),
  );
  let connection = 0;
  const before = cpuSeconds(service.pid);
  const result = await autocannon({
    url: service.url,
    connections: CONNECTIONS,
    ...('amount' in load ? { amount: load.amount, duration: 600 } : { duration: load.seconds }),
    setupClient(client) {
      const share = shares[connection++ % CONNECTIONS] ?? [];
      client.setRequests(share.map(requestFor));
    },
  });
  const spent = cpuSeconds(service.pid) - before;
  const requests = result['2xx'];
  return {
    perSecond: requests / result.duration,
    cpuMicroseconds: (spent * 1e6) / requests,
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

/** Linux counts in hundredths of a second. */
function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

/** Resident memory of a process, in MB. */
export function residentMb(pid: number): number {
  return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
}
