import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readConfig } from './config.ts';
import { query } from './parts/postgres.ts';
import { acceptsConnections } from './processes/ports.ts';
import { until } from './processes/until.ts';
import { REPOSITORY } from './run.ts';
import type { readyLine } from './stack/ready-line.ts';

type Ready = ReturnType<typeof readyLine>;
const READY_WITHIN_MS = readConfig().waitSeconds * 1_000;

let stack: ChildProcess;
let lines: string[];
let ready: Ready;

beforeAll(async () => {
  const args = ['run', '--silent', 'stack', '--', '--json', '--accounts', '300', '--stage', 'ramp-10'];
  stack = spawn('npm', args, { cwd: REPOSITORY, stdio: ['ignore', 'pipe', 'inherit'], detached: true });
  lines = [];
  createInterface({ input: stack.stdout as NodeJS.ReadableStream }).on('line', (line) => lines.push(line));
  await until(() => lines.length > 0, { timeoutMs: READY_WITHIN_MS, what: 'the stack is ready' });
  ready = JSON.parse(lines[0] ?? '') as Ready;
});

afterAll(() => {
  if (stack.exitCode === null) process.kill(-(stack.pid ?? 0), 'SIGTERM');
});

const addresses = () => [
  ready.gateway,
  ready.gatewayAdmin,
  ready.interestService,
  ready.legacyAdapter,
  ready.unleash,
  ready.slackSink,
];

describe('npm run --silent stack -- --json', () => {
  it('prints one line with the promised fields', () => {
    expect(lines).toHaveLength(1);
    const promised =
      'customers environmentFiles gateway gatewayAdmin interestService kafka legacyAdapter parts postgres redis slackSink tokens unleash';
    expect(Object.keys(ready).sort().join(' ')).toBe(promised);
    expect(ready.parts).toMatchObject({
      postgres: { name: 'postgres', version: expect.stringMatching(/^18\./) },
    });
    expect(Object.keys(ready.parts).sort()).toEqual(['kafka', 'postgres', 'redis', 'unleash']);
  });

  it('prints only when a process listens at every address', async () => {
    for (const address of addresses())
      expect(await acceptsConnections(Number(new URL(address).port))).toBe(true);
    expect(await query(ready.postgres, 'select count(*)::int as accounts from core.account')).toEqual([
      { accounts: 300 },
    ]);
    const redis = new Redis(ready.redis);
    expect(await redis.ping()).toBe('PONG');
    redis.disconnect();
  });

  it('gives twenty customers or more, each with a token for its own account', async () => {
    expect(ready.customers.length).toBeGreaterThanOrEqual(20);
    for (const { accountNo, token } of ready.customers.slice(0, 5)) {
      const answer = await fetch(`${ready.gateway}/v1/accounts/${accountNo}/interest`, {
        headers: { authorization: `Bearer ${token}` },
      });
      expect(answer.status).toBe(200);
      expect(await answer.json()).toMatchObject({ accountNo, payable: true });
    }
  });

  it('ends on SIGTERM to npm in time, and no process listens any more', async () => {
    const ports = [...addresses(), ready.postgres, ready.redis].map((address) =>
      Number(new URL(address).port),
    );
    process.kill(stack.pid ?? 0, 'SIGTERM');
    await once(stack, 'exit');
    const allClosed = async () => !(await Promise.all(ports.map(acceptsConnections))).includes(true);
    await until(allClosed, { timeoutMs: 20_000, what: 'every port is closed' });
  });
});
