import { afterEach, describe, expect, it } from 'vitest';
import { type HealthServer, type HealthSource, healthServer, Progress } from './health.ts';

let server: HealthServer | null = null;
afterEach(async () => {
  await server?.close();
  server = null;
});

async function get(source: HealthSource, path: string, method = 'GET') {
  server ??= await healthServer('127.0.0.1', 0, source);
  const response = await fetch(`http://127.0.0.1:${server.port}${path}`, { method });
  return { status: response.status, body: await response.text() };
}

describe('the health server', () => {
  it('answers live and ready', async () => {
    const source = { isReady: () => true };
    expect(await get(source, '/health/live')).toEqual({ status: 200, body: '{"status":"live"}\n' });
    expect(await get(source, '/health/ready')).toEqual({ status: 200, body: '{"status":"ready"}\n' });
  });

  it.each([
    ['is not', () => false],
    ['cannot tell whether it is', () => Promise.reject(new Error('no connection'))],
  ])('answers 503 while the process %s ready, and stays live', async (_, isReady) => {
    expect((await get({ isReady }, '/health/ready')).status).toBe(503);
    expect((await get({ isReady }, '/health/live')).status).toBe(200);
  });

  it('answers 503 to live when the loop of the process is stuck', async () => {
    let nowMs = 0;
    const progress = new Progress(1_000, () => nowMs);
    const source = { isReady: () => true, progress };
    nowMs = 1_000;
    expect((await get(source, '/health/live')).status).toBe(200);
    nowMs = 1_001;
    expect(await get(source, '/health/live')).toEqual({
      status: 503,
      body: '{"status":"stuck","sinceMs":1001}\n',
    });
    progress.made();
    expect((await get(source, '/health/live')).status).toBe(200);
  });

  it('serves metrics and further pages, and refuses the rest', async () => {
    const source = {
      isReady: () => true,
      metrics: async () => 'turns_total 3\n',
      pages: { '/decisions': () => ({ decisions: [] }) },
    };
    expect((await get(source, '/metrics')).body).toBe('turns_total 3\n');
    expect((await get(source, '/decisions')).body).toBe('{"decisions":[]}\n');
    expect((await get(source, '/other')).status).toBe(404);
    expect((await get(source, '/constructor')).status).toBe(404);
    expect((await get(source, '/health/live', 'POST')).status).toBe(405);
  });
});
