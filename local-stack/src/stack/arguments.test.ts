import { describe, expect, it } from 'vitest';
import { readArguments } from './arguments.ts';

const read = (...argv: string[]) => readArguments(argv, 'shadow');

describe('the arguments of the stack', () => {
  it('are all optional', () => {
    expect(read()).toEqual({
      kind: 'start',
      json: false,
      accounts: 5_000,
      stage: 'shadow',
      logLevel: 'warn',
      keep: false,
    });
  });

  it('are taken as given', () => {
    expect(
      read('--json', '--accounts', '1000000', '--stage', 'ramp-10', '--log', 'info', '--keep'),
    ).toMatchObject({
      json: true,
      accounts: 1_000_000,
      stage: 'ramp-10',
      logLevel: 'info',
      keep: true,
    });
    expect(read('--help')).toEqual({ kind: 'help' });
  });

  it.each([
    [['--accounts', '99']],
    [['--accounts', '1e999']],
    [['--accounts', '10.5']],
    [['--accounts']],
    [['--acounts', '500']],
    [['shadow']],
  ])('%j are refused with the way to help', (argv) => {
    expect(() => read(...argv)).toThrow(/next: see --help/);
  });
});
