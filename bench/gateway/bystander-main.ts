import { createServer } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { Pool } from 'undici';

/**
 * Asks a shadow as often as the gateway would, and gives up on it as the gateway does, with nobody waiting for it: what
 * customers pay beside it is the machine's price for that shadow and for its answers, not the gateway's.
 * `GET /begin?perSecond=100`, `GET /end`: `{"asked":N}` once all it asked for is over.
 */
const [port = '0', shadow = ''] = process.argv.slice(2);
const AS_MANY_AS_GATEWAY = 64;
const DEADLINE_MS = 3_000;
const MAX_BYTES = 64 * 1024;

const pool = new Pool(shadow, {
  connections: AS_MANY_AS_GATEWAY,
  pipelining: 1,
  connect: { timeout: 1_000 },
});
let asked = 0;
let underWay = 0;
let isAsking = false;

async function ask(): Promise<void> {
  asked += 1;
  underWay += 1;
  try {
    const signal = AbortSignal.timeout(DEADLINE_MS);
    const { headers, body } = await pool.request({ method: 'GET', path: '/shadowed/1', signal });
    if (Number(headers['content-length'] ?? 0) > MAX_BYTES) return void body.destroy();
    let length = 0;
    for await (const chunk of body) {
      length += (chunk as Buffer).length;
      if (length > MAX_BYTES) break;
    }
  } catch {
    // a shadow that fails is what is measured
  } finally {
    underWay -= 1;
  }
}

async function askOn(perSecond: number): Promise<void> {
  const started = performance.now();
  let due = 0;
  while (isAsking) {
    const now = Math.floor(((performance.now() - started) * perSecond) / 1_000);
    for (; due < now; due += 1) if (underWay < AS_MANY_AS_GATEWAY) void ask();
    await pause(1);
  }
}

createServer((request, response) => {
  const url = new URL(request.url ?? '/', 'http://bystander');
  if (url.pathname === '/begin') {
    isAsking = true;
    void askOn(Number(url.searchParams.get('perSecond')));
    return response.end();
  }
  isAsking = false;
  const whenOver = async () => {
    while (underWay > 0) await pause(10);
    response.end(JSON.stringify({ asked }));
  };
  void whenOver();
}).listen(Number(port), '127.0.0.1');
