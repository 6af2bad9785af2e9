import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { linesOf } from './lines.ts';

async function lines(chunks: string[], max?: number): Promise<(string | null)[]> {
  async function* stream() {
    for (const chunk of chunks) yield Buffer.from(chunk);
  }
  const found: (string | null)[] = [];
  for await (const { bytes } of linesOf(stream(), max)) {
    found.push(bytes === null ? null : Buffer.from(bytes).toString());
  }
  return found;
}

test('the lines are the same wherever chunks end', async () => {
  expect(await lines(['a', 'b\nc', '\n\n', 'd'])).toEqual(['ab', 'c', '', 'd']);
});

test('a line above the limit is skipped, and the next one is read', async () => {
  expect(await lines(['aaaa', 'aaaa\nb\n'], 5)).toEqual([null, 'b']);
});

/** The command as a user runs it. */
async function compare(args: string[], input: string): Promise<{ code: number; out: string; err: string }> {
  const child = spawn(process.execPath, [join(import.meta.dirname, '../main.ts'), 'compare', ...args]);
  const [out, err]: string[][] = [[], []];
  child.stdout.on('data', (chunk: Buffer) => out?.push(chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => err?.push(chunk.toString()));
  child.stdin.end(input);
  const [code] = (await once(child, 'close')) as [number];
  return { code, out: out?.join('') ?? '', err: err?.join('') ?? '' };
}

const line = (left: string, right: string) => JSON.stringify({ id: 1, left, right });

test('the command prints the result of each line in order, and its exit code is the outcome', async () => {
  const good = await compare(['--json'], `${line('1', '1.0')}\n\n${line('1', '2')}`);
  expect(
    good.out
      .trim()
      .split('\n')
      .map((text) => JSON.parse(text).equal),
  ).toEqual([true, false]);
  expect(good.code).toBe(0);
  expect((await compare(['--json', '--exit-code'], line('1', '2'))).code).toBe(1);
  const bad = await compare(['--json'], `nonsense\n${line('1', '1')}\n`);
  expect(bad.code).toBe(3);
  expect(bad.out).toContain('line 1');
  expect(bad.out.trim().split('\n')).toHaveLength(2);
  expect((await compare(['--unknown'], '')).code).toBe(3);
  expect(await compare(['--help'], '')).toMatchObject({
    code: 0,
    out: expect.stringContaining('equivalent'),
  });
});

test('files are compared as bytes, and a file that cannot be read is a wrong argument', async () => {
  const room = await mkdtemp(join(tmpdir(), 'compare-'));
  const file = (name: string) => join(room, name);
  try {
    await writeFile(file('broken'), Buffer.from([0x22, 0xff, 0x22]));
    await writeFile(file('other'), Buffer.from([0x22, 0xfe, 0x22]));
    const broken = await compare(['--json', file('broken'), file('other')], '');
    expect(JSON.parse(broken.out)).toMatchObject({
      equal: false,
      fault: { side: 'left', class: 'invalid-utf8' },
    });
    await writeFile(file('one'), '{"a":1.0}');
    await writeFile(file('two'), '{"a":1}');
    await writeFile(file('rules'), '{"spelling":"different"}');
    expect(JSON.parse((await compare(['--json', file('one'), file('two')], '')).out)).toMatchObject({
      equal: true,
    });
    const ruled = await compare(
      ['--json', '--exit-code', '--rules', file('rules'), file('one'), file('two')],
      '',
    );
    expect(ruled.code).toBe(1);
    for (const args of [
      ['--input', file('none')],
      ['--input', room],
      [file('one'), file('none')],
    ]) {
      const { code, err } = await compare(args, '');
      expect(code).toBe(3);
      expect(err).toContain('BAD_INPUT');
    }
    expect((await compare(['--rules', file('broken'), file('one'), file('two')], '')).code).toBe(3);
  } finally {
    await rm(room, { recursive: true });
  }
}, 30_000);
