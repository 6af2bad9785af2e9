import { pino } from 'pino';
import { expect, test, vi } from 'vitest';
import { rampInMemory } from '../../testing/ramp-in-memory.ts';
import { startWatch } from './watch.ts';

const WITHIN = { timeout: 5_000, interval: 10 };

async function watching(stage: string) {
  const ramp = await rampInMemory(stage);
  const lines: { port?: number; msg: string }[] = [];
  const log = pino({}, { write: (line: string) => void lines.push(JSON.parse(line)) });
  const watch = await startWatch(ramp.tools, { host: '127.0.0.1', port: 0 }, log);
  const port = lines.find(({ msg }) => msg === 'listening')?.port;
  const get = (path: string) => fetch(`http://127.0.0.1:${port}${path}`);
  return { ...ramp, watch, lines, get };
}

test('the health server reports live and ready, and /decisions has the actions of the controller', async () => {
  const { watch, get, stay, setCounts } = await watching('ramp-10');
  await vi.waitFor(async () => expect((await get('/health/ready')).status).toBe(200), WITHIN);
  expect((await get('/health/live')).status).toBe(200);
  setCounts(stay, { mismatch: 1 });
  await vi.waitFor(async () => {
    expect(await (await get('/decisions')).json()).toMatchObject({
      isLeader: true,
      inForce: { stage: 'shadow' },
      watching: { stage: 'shadow' },
      decisions: [{ action: 'step-back', from: stay, to: { stage: 'shadow' } }],
    });
  }, WITHIN);
  await watch.close();
});

test('a fault is logged once when it begins and once when it ends', async () => {
  const { watch, store, lines } = await watching('ramp-10');
  const count = (part: string) =>
    lines.filter(({ msg }) => msg.startsWith('turn: ') && msg.includes(part)).length;
  store.setDown(true);
  await vi.waitFor(() => expect(count('failed')).toBe(1), WITHIN);
  const turns = vi.spyOn(store, 'holdLease');
  await vi.waitFor(() => expect(turns.mock.calls.length).toBeGreaterThan(2), WITHIN);
  store.setDown(false);
  await vi.waitFor(() => expect(count('works again')).toBe(1), WITHIN);
  expect(count('failed')).toBe(1);
  await watch.close();
});

test('a controller that stops releases its lease and closes its port', async () => {
  const { watch, get, store } = await watching('shadow');
  await vi.waitFor(async () => expect(await store.holdLease('two')).toBe(false), WITHIN);
  await watch.close();
  expect(await store.holdLease('two')).toBe(true);
  await expect(get('/health/live')).rejects.toThrow();
});
