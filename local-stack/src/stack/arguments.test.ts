import { BadInput } from '@core-exit/process/faults';
import { STAGES } from '@core-exit/rollout/testing';
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
      waitSeconds: null,
    });
  });

  it('are read as given', () => {
    expect(
      read(
        '--json',
        '--accounts',
        '1000000',
        '--stage',
        'ramp-10',
        '--log',
        'info',
        '--keep',
        '--wait',
        '600',
      ),
    ).toMatchObject({
      json: true,
      accounts: 1_000_000,
      stage: 'ramp-10',
      logLevel: 'info',
      keep: true,
      waitSeconds: 600,
    });
    expect(read('--help')).toEqual({ kind: 'help' });
  });

  it('accept every stage of the rollout', () => {
    const stages = Object.keys(STAGES);
    expect(stages).toHaveLength(9);
    for (const stage of stages) expect(read('--stage', stage)).toMatchObject({ stage });
  });

  it.each([
    [['--stage', 'bogus']],
    [['--stage', '']],
    [['--accounts', '99']],
    [['--accounts', '1e3x']],
    [['--accounts', '1e999']],
    [['--accounts', '10.5']],
    [['--accounts']],
    [['--acounts', '500']],
    [['--wait', '0']],
    [['shadow']],
  ])('%j are refused before the stack starts, with a pointer to --help', (argv) => {
    expect(() => read(...argv)).toThrow(BadInput);
    expect(() => read(...argv)).toThrow(/see --help/);
  });

  it('report all their faults at once', () => {
    expect(() => read('--accounts', '1', '--stage', 'bogus')).toThrow(/--accounts[\s\S]*--stage/);
  });
});
