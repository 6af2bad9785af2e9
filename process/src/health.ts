import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';

/** A health question is one short line; a slow or idle caller is cut off. */
const REQUEST_TIMEOUT_MS = 5_000;

export type HealthSource = {
  /** Whether the process can do its work now; a rejection counts as no. */
  isReady: () => Promise<boolean> | boolean;
  /** Progress of the process's loop; a process without a loop has none. */
  progress?: Progress;
  /** Prometheus text for `/metrics`. */
  metrics?: () => Promise<string>;
  /** Further pages by path, each one JSON document. */
  pages?: Record<string, () => object>;
};

export type HealthServer = { port: number; close(): Promise<void> };

/**
 * `GET /health/live`, `/health/ready`, `/metrics` and further pages, for a process that serves nothing else. A loop that
 * makes no progress any more turns `live` to 503, so that an orchestrator restarts the process.
 */
export async function healthServer(host: string, port: number, source: HealthSource): Promise<HealthServer> {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://health');
    if (request.method !== 'GET') return send(response, 405, { status: 'only GET' });
    void answer(response, pathname, source).catch(() => send(response, 503, { status: 'not ready' }));
  });
  server.requestTimeout = REQUEST_TIMEOUT_MS;
  server.headersTimeout = REQUEST_TIMEOUT_MS;
  server.listen(port, host);
  await once(server, 'listening');
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    close: async () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function answer(response: ServerResponse, pathname: string, source: HealthSource): Promise<void> {
  const page = source.pages?.[pathname];
  if (page !== undefined) return send(response, 200, page());
  if (pathname === '/health/live') {
    const stuckMs = source.progress?.stuckMs() ?? 0;
    return stuckMs > 0
      ? send(response, 503, { status: 'stuck', sinceMs: stuckMs })
      : send(response, 200, { status: 'live' });
  }
  if (pathname === '/health/ready') {
    const isReady = await source.isReady();
    return send(response, isReady ? 200 : 503, { status: isReady ? 'ready' : 'not ready' });
  }
  if (pathname === '/metrics' && source.metrics !== undefined) {
    const text = await source.metrics();
    response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' }).end(text);
    return undefined;
  }
  return send(response, 404, { status: 'not found' });
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(`${JSON.stringify(body)}\n`);
}

/** When a loop last finished a turn. */
export class Progress {
  readonly #limitMs: number;
  readonly #monotonicMs: () => number;
  #lastMs: number;

  /** `limitMs`: a turn that takes longer counts as stuck. `monotonicMs`: a clock that never steps. */
  constructor(limitMs: number, monotonicMs: () => number = () => performance.now()) {
    this.#limitMs = limitMs;
    this.#monotonicMs = monotonicMs;
    this.#lastMs = monotonicMs();
  }

  /** To be called at the end of each turn. */
  made(): void {
    this.#lastMs = this.#monotonicMs();
  }

  /** Milliseconds since the last turn if they are over the limit, else 0. */
  stuckMs(): number {
    const elapsed = this.#monotonicMs() - this.#lastMs;
    return elapsed > this.#limitMs ? Math.round(elapsed) : 0;
  }
}
