import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { closeParts } from './stop.ts';

const PROGRAM = join(import.meta.dirname, '../testing/stopping-main.ts');
const silent = pino({ level: 'silent' });
const never = () => new Promise<never>(() => undefined);

describe('closeParts', () => {
  it('closes the parts in the reverse order of their start, also behind one that fails or hangs', async () => {
    const closed: string[] = [];
    const part = (name: string, close = async () => {}) => ({
      name,
      close: async () => {
        closed.push(name);
        await close();
      },
    });
    const failing = part('failing', () => Promise.reject(new Error('socket is gone')));
    await closeParts(silent, [part('first'), failing, part('hanging', never), part('last')], 200);
    expect(closed).toEqual(['last', 'hanging', 'failing', 'first']);
  });

  it('ends within one deadline however many parts hang', async () => {
    const started = performance.now();
    await closeParts(
      silent,
      Array.from({ length: 20 }, (_, i) => ({ name: `p${i}`, close: never })),
      300,
    );
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});

/** Starts the program, sends what `provoke` says once it is ready, and returns its exit and its log lines. */
async function run(mode: string, provoke: (pid: number) => void) {
  const child = spawn(process.execPath, [PROGRAM, mode], { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    const wasReady = output.includes('"ready"');
    output += chunk.toString();
    if (!wasReady && output.includes('"ready"')) provoke(child.pid ?? 0);
  });
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  const lines = output
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { msg: string; part?: string });
  return { code, signal, messages: lines.map(({ msg }) => msg), lines };
}

describe('a process', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('ends with code 0 after %s, its parts closed', async (signal) => {
    const { code, messages } = await run('well', (pid) => process.kill(pid, signal));
    expect({ code, messages }).toEqual({
      code: 0,
      messages: ['ready', 'stopping', 'closed second', 'closed first', 'stopped'],
    });
  });

  it.each(['throws', 'rejects'])('that %s ends with the code of a fault, its parts closed', async (mode) => {
    const { code, messages } = await run(mode, () => undefined);
    expect(code).toBe(4);
    expect(messages).toContain('closed first');
    expect(messages.some((msg) => msg.startsWith('uncaught error'))).toBe(true);
  });

  it('with a part that hangs names the part, closes the others and ends with code 0', async () => {
    const { code, lines } = await run('hangs', (pid) => process.kill(pid, 'SIGTERM'));
    expect(code).toBe(0);
    expect(lines).toContainEqual(
      expect.objectContaining({ msg: 'part did not close in time', part: 'second' }),
    );
    expect(lines.map(({ msg }) => msg)).toContain('closed first');
  });
});
