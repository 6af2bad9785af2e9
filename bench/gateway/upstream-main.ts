import { createServer, type ServerResponse } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { COUNTS_PATH, type UpstreamCounts } from './counts.ts';

/** A core of the bench. It answers a document of the size of a payout, with one of the behaviours of a shadow. */
const [port = '0', behaviour = 'fast'] = process.argv.slice(2);

const BODY = JSON.stringify({
  accountNo: '100200000001',
  businessDate: '2026-11-20',
  gross: '2739',
  incomeTax: '380',
  localTax: '30',
  net: '2329',
  postings: ['2739', '-2329', '-380', '-30'].map((amount, line) => ({ line, account: `GL-${line}`, amount })),
});
const HEADERS = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(BODY) };
const FIFTY_MB = Buffer.alloc(50 * 1024 * 1024, ' ');

const ok = (response: ServerResponse): void => void response.writeHead(200, HEADERS).end(BODY);

const BEHAVIOURS: Record<string, (response: ServerResponse) => void> = {
  fast: ok,
  'slow 200 ms': (response) => void pause(200).then(() => ok(response)),
  hanging: () => undefined,
  'reset in the middle': (response) => {
    response.writeHead(200, HEADERS);
    response.write(BODY.slice(0, 20), () => response.socket?.resetAndDestroy());
  },
  'status 500': (response) => void response.writeHead(500, HEADERS).end(BODY),
  'wrong content type': (response) =>
    void response.writeHead(200, { ...HEADERS, 'content-type': 'text/html' }).end(BODY),
  'truncated JSON': (response) =>
    void response.writeHead(200, { 'content-type': 'application/json' }).end(BODY.slice(0, -1)),
  '50 MB body': (response) =>
    void response.writeHead(200, { 'content-type': 'application/json' }).end(FIFTY_MB),
  'slow drip': (response) => {
    response.writeHead(200, HEADERS);
    let sent = 0;
    const drip = setInterval(() => {
      if (response.destroyed || sent >= BODY.length) return clearInterval(drip);
      response.write(BODY.slice(sent, ++sent));
    }, 100);
  },
};

const answer = BEHAVIOURS[behaviour];
if (answer === undefined) throw new Error(`${behaviour}: none of ${Object.keys(BEHAVIOURS).join(', ')}`);

const counts: UpstreamCounts = { requests: 0, pending: 0 };
createServer((request, response) => {
  if (request.url === COUNTS_PATH) return response.end(JSON.stringify(counts));
  counts.requests += 1;
  counts.pending += 1;
  response.on('error', () => undefined);
  response.on('close', () => {
    counts.pending -= 1;
  });
  request.resume();
  request.on('end', () => answer(response));
}).listen(Number(port), '127.0.0.1');
