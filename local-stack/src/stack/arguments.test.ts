import { describe, expect, it } from 'vitest';
import { BadArguments, readArguments } from './arguments.ts';

describe('the arguments of the stack', () => {
  it('have defaults', () => {
    expect(readArguments([], 'shadow')).toMatchObject({
      kind: 'start',
      accounts: 5_000,
      stage: 'shadow',
      json: false,
    });
  });

  it.each([['--stage', 'bogus'], ['--accounts', '1e3x'], ['--accounts', '5'], ['--unknown'], ['stray']])(
    'are refused before anything starts: %s %s',
    (...argv) => {
      expect(() => readArguments(argv, 'shadow')).toThrow(BadArguments);
    },
  );
});
