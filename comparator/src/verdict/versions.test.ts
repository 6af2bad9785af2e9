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
])('a core that sends version %j has release %j', (text, release) => {
  expect(versionOf(answer({ 'core-version': text }))).toBe(release);
});

test('a core that sends no version has no known release', () => expect(versionOf(answer())).toBeNull());

test('the version of the rules changes exactly when the rules change', () => {
  const { comparison } = thingRead;
  const version = rulesVersionOf(thingRead);
  expect(version).toMatch(/^[0-9a-f]{12}$/);
  expect(rulesVersionOf({ ...thingRead, name: 'other' })).toBe(version);
  expect(rulesVersionOf({ ...thingRead, comparison: { ...comparison, spelling: 'different' } })).not.toBe(
    version,
  );
  expect(rulesVersionOf({ ...thingRead, headers: ['etag'] })).not.toBe(version);
});

test('a state that cannot be text, or is no word, is none', () => {
  const state = (text: () => string | null) => stateOf({ ...thingRead, state: text }, answer());
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
