import { once } from 'node:events';
import { createRequire } from 'node:module';
import type { Context, Unleash, Variant } from 'unleash-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type FlagServer, freshDirectory, startFlagServer } from '../../testing/flag-server.ts';
import { unleashClient } from './unleash-client.ts';

type Check<Result> = { description: string; context: Context; toggleName: string; expectedResult: Result };
type Specification = {
  name: string;
  state: object;
  tests?: Check<boolean>[];
  variantTests?: Check<Variant>[];
};

const require = createRequire(import.meta.url);
const files = require('@unleash/client-specification/specifications/index.json') as string[];
const specifications = files.map(
  (file) => require(`@unleash/client-specification/specifications/${file}`) as Specification,
);

test('the specification has 279 checks, so that none is skipped by accident', () => {
  const counts = specifications.map(
    ({ tests = [], variantTests = [] }) => tests.length + variantTests.length,
  );
  expect(counts.reduce((sum, n) => sum + n, 0)).toBe(279);
});

describe.each(specifications)(
  'Unleash specification $name',
  ({ name, state, tests = [], variantTests = [] }) => {
    let server: FlagServer;
    let unleash: Unleash;
    beforeAll(async () => {
      server = await startFlagServer(state);
      unleash = unleashClient({
        unleashUrl: server.url,
        token: 'any',
        appName: name,
        backupPath: freshDirectory(),
      });
      await once(unleash, 'synchronized');
    });
    afterAll(() => {
      unleash.destroy();
      server.close();
    });

    test.each(tests)('$description', ({ context, toggleName, expectedResult }) => {
      expect(unleash.isEnabled(toggleName, context)).toBe(expectedResult);
    });

    test.each(variantTests)('$description', ({ context, toggleName, expectedResult }) => {
      expect(unleash.getVariant(toggleName, context)).toMatchObject(withoutOldSpelling(expectedResult));
    });
  },
);

/** The specification also has `feature_enabled`, for clients with that older spelling. */
function withoutOldSpelling(variant: Variant): object {
  return Object.fromEntries(Object.entries(variant).filter(([key]) => key !== 'feature_enabled'));
}
