import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url));
let elsewhere: string;
beforeAll(() => {
  elsewhere = mkdtempSync(join(tmpdir(), 'cases-'));
  writeFileSync(join(elsewhere, 'good.jsonl'), `${row('72', '10')}\n${row('71', '0')}\n`);
  writeFileSync(join(elsewhere, 'wrong.jsonl'), `${row('72', '10')}\n${row('715', '90')}\n`);
  writeFileSync(join(elsewhere, 'bad.jsonl'), `${row('72', '10')}\n${row('-5', '0')}\n`);
});
afterAll(() => rmSync(elsewhere, { recursive: true }));

function row(gross: string, incomeTax: string): string {
  return JSON.stringify({
    id: `tax-${gross.replace('-', 'minus')}`,
    title: 'a tax',
    source: '소득세법 129조',
    given: { taxClass: 'resident', on: '2026-01-01', gross },
    expect: { incomeTax },
  });
}

async function cases(...argv: string[]): Promise<{ code: number; out: string; err: string }> {
  const child = spawn(process.execPath, [MAIN, ...argv], {
    cwd: elsewhere,
    env: {},
  });
  const [out, err, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close') as Promise<[number]>,
  ]);
  return { code, out, err };
}

describe('the runner', () => {
  it('prints one line of JSON for each case and the counts last, and exits with 0 if every row passes', async () => {
    const { code, out } = await cases('run', 'good.jsonl', '--json');
    expect(
      out
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown),
    ).toEqual([
      {
        id: 'tax-72',
        pass: true,
        expected: { incomeTax: '10' },
        actual: { incomeTax: '10', localTax: '0', farmTax: '0', net: '62' },
      },
      {
        id: 'tax-71',
        pass: true,
        expected: { incomeTax: '0' },
        actual: expect.objectContaining({ net: '71' }) as unknown,
      },
      { passed: 2, failed: 0 },
    ]);
    expect(code).toBe(0);
  });

  it('exits with 1 if a row fails', async () => {
    const { code, out } = await cases('run', 'wrong.jsonl', '--json');
    expect(
      out
        .trimEnd()
        .split('\n')
        .slice(1)
        .map((line) => JSON.parse(line) as unknown),
    ).toEqual([
      expect.objectContaining({ id: 'tax-715', pass: false, expected: { incomeTax: '90' } }),
      { passed: 1, failed: 1 },
    ]);
    expect(code).toBe(1);
  });

  it('reports the difference, the source and the computation for a person', async () => {
    const { code, out } = await cases('run', elsewhere + '/wrong.jsonl', '--target', 'domain');
    expect(out).toContain('FAIL tax-715: a tax');
    expect(out).toContain('wrong.jsonl:2');
    expect(out).toContain('source   소득세법 129조');
    expect(out).toContain('differs in incomeTax');
    expect(out).toContain('incomeTax: 7/50 of 715/1 = 1001/10 -> 100');
    expect(out).toContain('domain: 1 passed, 1 failed, 0 skipped of 2 rows');
    expect(code).toBe(1);
  });

  it.each([
    ['a bad row', ['run', 'bad.jsonl', '--json'], /bad\.jsonl:2: \/given\/gross: "-5" is not whole won/],
    ['no such file', ['run', 'nowhere.jsonl'], /nowhere\.jsonl:1: no such file or folder/],
    [
      'an unknown target',
      ['run', 'good.jsonl', '--target', 'old'],
      /--target must be one of domain, new, legacy, both/,
    ],
    ['no path', ['run'], /at least one file or folder/],
    ['an unknown command', ['walk'], /no command walk/],
    ['an unknown option', ['run', 'good.jsonl', '--fast'], /--fast/],
    [
      'no ready line of a stack',
      ['run', 'good.jsonl', '--target', 'new', '--stack', 'good.jsonl'],
      /this is not the line of/,
    ],
  ])('exits with 3 for %s, with the reason', async (_what, argv, why) => {
    const { code, out, err } = await cases(...argv);
    expect({ code, out }).toEqual({ code: 3, out: '' });
    expect(err).toMatch(why);
  });

  it('prints its usage', async () => {
    expect((await cases('--help')).out).toContain('cases -- run PATH..');
  });
});
