/** What the benches use of autocannon 9, which has no types of its own. */
declare module 'autocannon' {
  type Request = { method: 'GET' | 'POST'; path: string; headers?: Record<string, string>; body?: string };
  type Client = { setRequests(requests: Request[]): void };
  type Options = {
    url: string;
    connections: number;
    /** Seconds; ends earlier when `amount` requests are answered. */
    duration: number;
    amount?: number;
    requests?: Request[];
    setupClient?: (client: Client) => void;
  };
  type Result = {
    '2xx': number;
    non2xx: number;
    errors: number;
    timeouts: number;
    duration: number;
    requests: { total: number };
    latency: { p50: number; p99: number };
  };
  export default function autocannon(options: Options): Promise<Result>;
}
