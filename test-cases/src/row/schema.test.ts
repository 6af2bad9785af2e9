import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { PUBLISHED_SCHEMA } from './schema.ts';

it('the published schema is the one that rows are checked against', () => {
  const published: unknown = JSON.parse(
    readFileSync(new URL('../../schema/case.schema.json', import.meta.url), 'utf8'),
  );
  expect(published, 'npm run --silent cases -- schema > test-cases/schema/case.schema.json').toEqual(
    JSON.parse(JSON.stringify(PUBLISHED_SCHEMA)),
  );
});
