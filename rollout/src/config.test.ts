import { expect, test } from 'vitest';
import { readArguments } from './arguments.ts';
import { printable, readConfig } from './config.ts';

const GOOD = {
  UNLEASH_URL: 'http://unleash:4242',
  UNLEASH_ADMIN_TOKEN: 'secret',
  EVIDENCE_URL: 'http://gateway:9000/evidence',
  ROLLOUT_PLAN: 'demo',
};

test('reports every fault of the environment at once', () => {
  const bad = { UNLEASH_URL: 'unleash:4242', LOG_LEVEL: 'loud', PORT: '70000' };
  for (const name of [
    'UNLEASH_URL',
    'UNLEASH_ADMIN_TOKEN',
    'EVIDENCE_URL',
    'ROLLOUT_PLAN',
    'LOG_LEVEL',
    'PORT',
  ]) {
    expect(() => readConfig(undefined, bad)).toThrow(name);
  }
});

test('the token is never printed', () => {
  expect(JSON.stringify(printable(readConfig(undefined, GOOD)))).not.toContain('secret');
});

test.each([
  [['advance', '--json'], { command: 'advance', json: true }],
  [['set', 'ramp-10', '--plan', 'demo'], { command: 'set', stage: 'ramp-10', plan: 'demo' }],
])('reads %s', (argv, expected) => {
  expect(readArguments(argv)).toMatchObject(expected);
});

test.each([
  [[]],
  [['fly']],
  [['set']],
  [['set', 'ramp-7']],
  [['status', 'x']],
  [['set', 'off', 'x']],
  [['status', '--force']],
])('refuses %s', (argv) => {
  expect(() => readArguments(argv)).toThrow('the command line');
});
