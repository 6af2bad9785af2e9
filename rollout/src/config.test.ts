import { expect, test } from 'vitest';
import { readArguments } from './cli/arguments.ts';
import { printable, readConfig } from './config.ts';

const GOOD = {
  UNLEASH_URL: 'http://unleash:4242',
  UNLEASH_ADMIN_TOKEN: 'secret',
  EVIDENCE_URL: 'http://gateway:9000/evidence',
  DATABASE_URL: 'postgres://rollout:secret@db/orders',
  SLACK_WEBHOOK_URL: 'https://hooks.slack.com/secret',
  ROLLOUT_PLAN: 'orders.json',
};

test('reports every fault of the environment at once', () => {
  const bad = {
    UNLEASH_URL: 'unleash:4242',
    LOG_LEVEL: 'loud',
    PORT: '70000',
    CLOCK_FUNCTION: 'now(); drop',
  };
  for (const name of [
    'UNLEASH_URL',
    'UNLEASH_ADMIN_TOKEN',
    'EVIDENCE_URL',
    'DATABASE_URL',
    'ROLLOUT_PLAN',
    'LOG_LEVEL',
    'PORT',
    'CLOCK_FUNCTION',
  ]) {
    expect(() => readConfig(undefined, bad)).toThrow(name);
  }
});

test('--plan has priority over ROLLOUT_PLAN and ROLLOUT_PLAN_FILE', () => {
  expect(readConfig(undefined, GOOD).plan).toBe('orders.json');
  expect(readConfig('other.json', GOOD).plan).toBe('other.json');
  const { ROLLOUT_PLAN: _plan, ...rest } = GOOD;
  expect(readConfig('other.json', { ...rest, ROLLOUT_PLAN_FILE: '/no/such/file' }).plan).toBe('other.json');
});

test('the printed configuration has no secret', () => {
  expect(JSON.stringify(printable(readConfig(undefined, GOOD)))).not.toContain('secret');
});

test.each([
  [['advance', '--json', '--by', 'J. Kim'], { command: 'advance', json: true, by: 'J. Kim' }],
  [['set', 'ramp-10', '--plan', 'orders.json'], { command: 'set', stage: 'ramp-10', plan: 'orders.json' }],
  [['watch', '--dry-run'], { command: 'watch', dryRun: true }],
  [
    ['verify', '--expect', '12:3fa9c1d2e4b0'],
    { command: 'verify', expect: { seq: 12, hash: '3fa9c1d2e4b0' } },
  ],
  [['decisions', '--limit', '5'], { command: 'decisions', limit: 5 }],
])('reads %s', (argv, expected) => {
  expect(readArguments(argv)).toMatchObject(expected);
});

test.each([
  [[]],
  [['fly']],
  [['set']],
  [['status', 'x']],
  [['set', 'off', 'x']],
  [['status', '--force']],
  [['verify', '--expect', 'twelve']],
  [['decisions', '--limit', '-1']],
  [['log']],
  [['approve', '--by', ' ']],
  [['evaluate', '--plan', 'x']],
])('refuses %s', (argv) => {
  expect(() => readArguments(argv)).toThrow('the command line');
});
