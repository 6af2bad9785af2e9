import { expect, test } from 'vitest';
import { thingRead } from '../../testing/thing-service.ts';
import { Answer } from '../engine/index.ts';
import { rulesVersionOf, stateOf, versionOf } from './versions.ts';

const answer = (headers: Record<string, string> = {}) => new Answer(200, headers, Buffer.from('{}'));

test.each([
  ['1.4.0-rc.1+7', '1.4.0-rc.1+7'],
  ['legacy', 'legacy'],
  ['', null],
  ['홍길동', null],
  ['C000000001 110000000012', null],
  ['9'.repeat(65), null],
])('a core that tells %j is of release %j', (told, release) => {
  expect(versionOf(answer({ 'core-version': told }))).toBe(release);
});

test('a core that tells nothing is of no known release', () => expect(versionOf(answer())).toBeNull());

test('rules have another version with every change of them, and the same one otherwise', () => {
  const { comparison } = thingRead;
  const version = rulesVersionOf(thingRead);
  expect(version).toMatch(/^[0-9a-f]{12}$/);
  expect(rulesVersionOf({ ...thingRead, name: 'other' })).toBe(version);
  expect(rulesVersionOf({ ...thingRead, comparison: { ...comparison, spelling: 'different' } })).not.toBe(
    version,
  );
  expect(rulesVersionOf({ ...thingRead, headers: ['etag'] })).not.toBe(version);
});

test('a state that cannot be told, or is no word, is none', () => {
  const state = (told: () => string | null) => stateOf({ ...thingRead, state: told }, answer());
  expect(state(() => '2026-01-31 7')).toBe('2026-01-31 7');
  expect(state(() => 'x'.repeat(65))).toBeNull();
  expect(state(() => null)).toBeNull();
  expect(
    state(() => {
      throw new TypeError('planted');
    }),
  ).toBeNull();
  expect(stateOf(thingRead, answer())).toBeNull();
});
