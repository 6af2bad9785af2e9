import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { LOOPBACK } from '../parts/part.ts';
import { REPOSITORY } from '../run.ts';

/** Serves docs/runbook.md as a wiki would, and returns its address for RUNBOOK_URL. The server does not keep the process alive. */
export async function serveRunbook(): Promise<string> {
  const page = await readFile(join(REPOSITORY, 'docs', 'runbook.md'));
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/markdown; charset=utf-8' }).end(page);
  });
  server.listen(0, LOOPBACK).unref();
  await once(server, 'listening');
  return `http://${LOOPBACK}:${(server.address() as AddressInfo).port}/runbook`;
}
