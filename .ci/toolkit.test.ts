import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { bankWordIn } from './lint-rules.ts';
import { TOOLKIT } from './rooms.ts';

/** Every tracked file of a room, whatever its kind: the linter reads TypeScript alone. */
function filesOf(room: string): string[] {
  const { stdout } = spawnSync('git', ['ls-files', room], { encoding: 'utf8' });
  return stdout.split('\n').filter((file) => file !== '');
}

describe('the toolkit knows no bank', () => {
  it.each(TOOLKIT)('%s: no file has a word of interest, Korea or banks', (room) => {
    const files = filesOf(room);
    expect(files.length).toBeGreaterThan(10);
    const found = files.flatMap((file) =>
      readFileSync(file, 'utf8')
        .split('\n')
        .flatMap((line, i) => (bankWordIn(line) === null ? [] : [`${file}:${i + 1}: ${bankWordIn(line)}`])),
    );
    expect(found).toEqual([]);
  });

  it.each([
    ['-- the bank pays', 'bank'],
    ['const KST = 9', 'KST'],
    ['kstMidnights', 'kstM'],
    ['type PayoutRow', 'Payout'],
    ['CP949 and EUC-KR are character sets', null],
    ['one of interest to nobody', null],
  ])('%s: %s', (line, word) => expect(bankWordIn(line)).toBe(word));
});
