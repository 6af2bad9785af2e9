import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EXIT } from '@core-exit/process/exit-codes';
import { afterAll, describe, expect, it } from 'vitest';
import { missingPrograms } from './prerequisites.ts';

const MAIN = join(import.meta.dirname, 'main.ts');
const directory = mkdtempSync(join(tmpdir(), 'bench-path-'));
afterAll(() => rmSync(directory, { recursive: true }));

/** `node bench/main.ts` with nothing on the PATH. */
const bench = (...args: string[]) =>
  new Promise<{ code: number; out: string; err: string }>((resolve) => {
    execFile(process.execPath, [MAIN, ...args], { env: { PATH: directory } }, (error, out, err) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, err });
    });
  });

describe('npm run bench', () => {
  it('names the missing programs and their packages, and starts nothing', async () => {
    const { code, out, err } = await bench('domain', 'payout', 'gateway', 'payout-memory');
    expect(code).toBe(EXIT.incomplete);
    expect(err).toBe('not installed: pgbench, wrk, nginx\n  next: apt-get install postgresql wrk nginx\n');
    expect(out).toBe('');
  });

  it('reports every fault of the command line at once', async () => {
    const { code, err } = await bench('payot', '--fault=none such', '--accounts=x');
    expect(code).toBe(EXIT.badInput);
    expect(err).toMatch(/payot[\s\S]*none such[\s\S]*--accounts x/);
    expect((await bench('--quik')).code).toBe(EXIT.badInput);
  });

  it.each([[[]], [['--help']]])('describes each bench for the arguments %j', async (args) => {
    const { code, out } = await bench(...args);
    expect(code).toBe(EXIT.done);
    expect(out).toMatch(/^ {2}payout-memory +resident memory/m);
  });
});

describe('a program', () => {
  it('is missing unless a directory of the PATH has it as an executable', () => {
    writeFileSync(join(directory, 'wrk'), '');
    expect(missingPrograms(['wrk', 'wrk'], directory)).toEqual(['wrk']);
    chmodSync(join(directory, 'wrk'), 0o755);
    expect(missingPrograms(['wrk'], directory)).toEqual([]);
    rmSync(join(directory, 'wrk'));
  });
});
