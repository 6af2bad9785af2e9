import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DAYS, having, PAYOUT, TAX } from '../../testing/rows.ts';
import { BadCases, loadCases } from './load.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cases-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function write(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

function faultsOf(file: string): string[] {
  try {
    loadCases([file]);
    return [];
  } catch (error) {
    if (!(error instanceof BadCases)) throw error;
    return error.faults.map(({ line, reason }) => `${line}: ${reason}`);
  }
}

const jsonl = (...rows: object[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join('');

describe('files of cases', () => {
  it('are rows, arrays of rows and lines of rows, alone or in folders, of any of the three kinds', () => {
    write('a.json', JSON.stringify(PAYOUT));
    write('b.json', JSON.stringify([TAX, DAYS], null, 2));
    write('c.jsonl', `\n${jsonl({ ...TAX, id: 'four' })}\n`);
    expect(loadCases([folder]).map(({ kind, line, row }) => `${kind} ${row.id} ${line}`)).toEqual([
      'payout one 1',
      'tax two 2',
      'day count three 13',
      'tax four 2',
    ]);
    for (const name of ['a.json', 'b.json', 'c.jsonl']) rmSync(join(folder, name));
  });

  it('may leave out what has a default', () => {
    const { rounding: _rounding, ...product } = PAYOUT.given.product;
    const { balances, period } = PAYOUT.given;
    const bare = { id: 'bare', given: { product, balances, period }, expect: { gross: '2739' } };
    expect(faultsOf(write('bare.json', JSON.stringify(bare)))).toEqual([]);
  });

  it('an empty period is valid, because the account was opened or paid today', () => {
    expect(faultsOf(write('empty.jsonl', jsonl(having(PAYOUT, 'given.period.to', '2026-01-01'))))).toEqual(
      [],
    );
  });

  it('a fault in a .json file is reported at the line of the field', () => {
    const text = JSON.stringify([TAX, having(PAYOUT, 'given.taxClass', 'unheard')], null, 2);
    const line = text.split('\n').findIndex((one) => one.includes('unheard')) + 1;
    expect(faultsOf(write('lines.json', text))).toEqual([
      expect.stringMatching(new RegExp(`^${line}: /given/taxClass`)),
    ]);
  });

  it('every fault is reported at once', () => {
    const row = having(
      having(having(PAYOUT, 'given.taxClass', 'x'), 'given.accountStatus', 'y'),
      'expect.gross',
      1,
    );
    expect(faultsOf(write('many.jsonl', jsonl(row, having(TAX, 'given.gross', '-1'))))).toHaveLength(4);
  });

  it('an id belongs to one row only, in all files', () => {
    write('ids-1.jsonl', jsonl(TAX));
    const second = write('ids-2.jsonl', jsonl(DAYS, TAX));
    expect(() => loadCases([join(folder, 'ids-1.jsonl'), second])).toThrow(
      /ids-2\.jsonl:2: id "two" is also at .*ids-1\.jsonl:1/,
    );
  });

  it.each([
    ['[1,\n2,,3]', '2: not JSON: unexpected ,'],
    ['{"id":\n"one"', '2: not JSON: the text ends too early'],
    ['', '1: not JSON: the text ends too early'],
    ['{"id":"a"}\n{"id":"b"}', '2: not JSON: unexpected {'],
    ['{"id":"a",\n"id":"b"}', '2: /id: the same key twice'],
    ['{"id":01}', '1: not JSON: '],
    ['{id:1}', '1: not JSON: unexpected id'],
  ])('%j is not JSON, and the fault has the line', (text, fault) => {
    expect(faultsOf(write('text.json', text))).toEqual([expect.stringContaining(fault)]);
  });

  it('no file, no rows and other files are refused', () => {
    expect(faultsOf(join(folder, 'nowhere'))).toEqual(['1: no such file or folder']);
    expect(faultsOf(write('empty.json', '[]'))).toEqual(['1: no rows']);
    expect(faultsOf(write('cases.csv', 'id'))).toEqual([expect.stringContaining('a .json or .jsonl file')]);
  });
});
