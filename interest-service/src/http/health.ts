import { once } from 'node:events';
import { createServer } from 'node:http';

export type HealthServer = { close(): Promise<void> };

/** `/health/live`, `/health/ready` and, where there are any, `/metrics` for a process that serves nothing else. */
export async function healthServer(
  host: string,
  port: number,
  ready: () => Promise<boolean>,
  metrics?: () => Promise<string>,
): Promise<HealthServer> {
  const server = createServer((request, response) => {
    const answer = (status: number, text: string) =>
      response.writeHead(status).end(`${JSON.stringify({ status: text })}\n`);
    if (request.url === '/health/live') return void answer(200, 'live');
    if (request.url === '/metrics' && metrics !== undefined) {
      return void metrics().then(
        (text) => response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' }).end(text),
        () => answer(503, 'not ready'),
      );
    }
    if (request.url !== '/health/ready') return void answer(404, 'not found');
    ready().then(
      (yes) => answer(yes ? 200 : 503, yes ? 'ready' : 'not ready'),
      () => answer(503, 'not ready'),
    );
  });
  server.listen(port, host);
  await once(server, 'listening');
  return {
    close: async () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
