import { createServer, type Server, type ServerResponse } from 'node:http';

/** A question here is a line; a slow or idle caller is cut. */
const REQUEST_TIMEOUT_MS = 5_000;

/** `GET /health/live`, `/health/ready` (a stage is known, or another controller leads) and `/decisions`. */
export function controllerServer(controller: { isReady: () => boolean; decisions: () => object }): Server {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://controller');
    if (request.method !== 'GET') return send(response, 405, { status: 'only GET' });
    if (pathname === '/health/live') return send(response, 200, { status: 'live' });
    if (pathname === '/health/ready') {
      const ready = controller.isReady();
      return send(response, ready ? 200 : 503, { status: ready ? 'ready' : 'no stage known yet' });
    }
    if (pathname === '/decisions') return send(response, 200, controller.decisions());
    return send(response, 404, { status: 'no such resource' });
  });
  server.requestTimeout = REQUEST_TIMEOUT_MS;
  server.headersTimeout = REQUEST_TIMEOUT_MS;
  return server;
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(`${JSON.stringify(body)}\n`);
}
