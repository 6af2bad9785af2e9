import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { REPOSITORY } from '../run.ts';
import { BadArguments, readArguments } from './arguments.ts';

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

  it('take every stage of the rollout', () => {
    const source = readFileSync(join(REPOSITORY, 'rollout', 'src', 'stages.ts'), 'utf8');
    const stages = [...source.matchAll(/^ {2}'?([a-z0-9-]+)'?: \{ percent/gm)].map(([, name]) => name ?? '');
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
    [['shadow']],
  ])('%j are refused before anything starts, with the way to help', (argv) => {
    expect(() => read(...argv)).toThrow(BadArguments);
    expect(() => read(...argv)).toThrow(/next: see --help/);
  });
});
