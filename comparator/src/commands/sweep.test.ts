import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitFor } from '@core-exit/local-stack/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';

const WITHIN = { timeoutMs: 30_000 };
let directory: string;
const servers: Server[] = [];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'sweep-'));
});
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
  rmSync(directory, { recursive: true });
});

/** A core that answers every id; each `oddEvery`-th answer differs. */
async function core(oddEvery: number): Promise<{ url: string; requests: () => number }> {
  let requests = 0;
  const server = createServer((request, response) => {
    requests += 1;
    const id = Number(/\d+/.exec(request.url ?? '')?.[0]);
    const amount = id % oddEvery === 0 ? '98' : '99';
    response
      .writeHead(200, { 'content-type': 'application/json' })
      .end(JSON.stringify({ amount, account: String(id) }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  servers.push(server);
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests: () => requests };
}

function run(args: string[]) {
  const main = join(import.meta.dirname, '../main.ts');
  const child = spawn(process.execPath, [main, 'sweep', ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const out: string[] = [];
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => out.push(chunk.toString()));
  const ended = once(child, 'close').then(([code]) => ({ code: code as number, out: out.join('') }));
  return { child, ended };
}

const common = (legacy: string, fresh: string) => [
  '--operations',
  join(import.meta.dirname, '../../testing/things-operations.ts'),
  '--operation',
  'thing.read',
  '--legacy',
  legacy,
  '--new',
  fresh,
];

test('a sweep that was killed continues where it was, and counts every account once', {
  timeout: 60_000,
}, async () => {
  const [legacy, fresh] = [await core(1_000_000_000), await core(500)];
  const state = join(directory, 'state.json');
  const report = (ending: string) => join(directory, `report.${ending}`);
  const args = [
    ...common(legacy.url, fresh.url),
    '--from',
    '000000001',
    '--to',
    '000008000',
    '--state',
    state,
  ];
  const first = run(args);
  await waitFor(() => existsSync(state), WITHIN);
  first.child.kill('SIGKILL');
  await first.ended;
  const before = fresh.requests();
  expect(before).toBeLessThan(8_000);
  const { code, out } = await run([...args, '--report', report('html'), '--report', report('json')]).ended;
  expect(code).toBe(1);
  expect(out).toContain('8,000 ids compared on both cores');
  const written = JSON.parse(readFileSync(report('json'), 'utf8'));
  expect(written).toMatchObject({ asked: 8_000, isWhole: true, verdicts: { match: 7_984, mismatch: 16 } });
  expect(Object.values(written.signatures)).toMatchObject([
    { count: 16, parts: ['/amount changed off-by-one'] },
  ]);
  const html = readFileSync(report('html'), 'utf8');
  expect(html).toContain('<svg');
  expect(html).not.toContain('000000500');
  expect((await run([...args.slice(0, -4), '--to', '000009000', '--state', state]).ended).code).toBe(3);
});

test('a sweep of the ids in a file is incomplete if a core does not answer', {
  timeout: 30_000,
}, async () => {
  const legacy = await core(1_000_000_000);
  const ids = join(directory, 'ids');
  writeFileSync(ids, '1\n2\n\n3\n');
  const { code, out } = await run([...common(legacy.url, 'http://127.0.0.1:9'), '--ids', ids, '--json'])
    .ended;
  expect(code).toBe(2);
  expect(JSON.parse(out)).toMatchObject({
    asked: 3,
    verdicts: { shadow_error: 3 },
    failures: { 'shadow unreachable': 3 },
  });
});
